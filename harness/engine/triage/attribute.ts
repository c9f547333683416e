import type { FuzzFinding } from '#core/fuzz-finding.ts';
import { ddmin } from '#core/ddmin.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { Prober, Shown } from '#engine/triage/probe.ts';

/** What raised an alarm, as far as sending it again tells. */
export interface Attributed {
  readonly cause: FuzzFinding['cause'];
  readonly steps: readonly FuzzCase[];
  /** Tries that it takes to see the alarm almost surely. */
  readonly tries: number;
  /** How often the steps, as they are here, raised it. */
  readonly shown: Shown | null;
}

/** Cases before an alarm that may have raised it: what a board keeps in its queues and timers. */
export const SUSPECTS = 256;
/** Bytes of suspects that a finding without a cause keeps. */
const MOST_KEPT = 256 * 1024;
/** The last case is sent this often before others are suspected, and a finding that does it every time is shown so often. */
export const ALONE = 3;
/** Tries of something that does not do it every time, at most; 95 % sure of a cause that shows one time in three. */
const MOST_TRIES = 8;
const DOUBT = 0.05;

/** Tries after which an alarm of this rate has come with 95 % probability. */
export function triesFor(alarms: number, tries: number): number {
  const missed = 1 - alarms / tries;
  if (missed <= 0) return 1;
  return missed >= 1 ? MOST_TRIES : Math.min(MOST_TRIES, Math.ceil(Math.log(DOUBT) / Math.log(missed)));
}

async function alone(prober: Prober, last: FuzzCase): Promise<Attributed | null> {
  const shown = await prober.show([last], ALONE);
  const { alarms } = shown.repeats;
  if (alarms === 0) return null;
  return { cause: 'case', steps: [last], tries: triesFor(alarms, ALONE), shown };
}

/** Cases in a row: up to the one after which the alarm came, then as few of them as still raise it. */
async function together(prober: Prober, suspects: readonly FuzzCase[]): Promise<Attributed | null> {
  let until = -1;
  let turn = 0;
  while (until === -1 && turn < ALONE && prober.left > 0) {
    turn += 1;
    const { same, seen } = await prober.once(suspects);
    if (same) until = seen.at + 1;
  }
  if (until === -1) return null;
  const tries = triesFor(1, turn);
  const { items: steps } = await ddmin(suspects.slice(0, until), (fewer) => prober.does(fewer, tries));
  return { cause: steps.length === 1 ? 'case' : 'sequence', steps, tries, shown: null };
}

/** The last cases that a finding without a cause keeps. */
function kept(suspects: readonly FuzzCase[]): readonly FuzzCase[] {
  let room = MOST_KEPT;
  const from = suspects.findLastIndex(({ bytes }) => (room -= bytes.length) < 0);
  return suspects.slice(Math.min(from + 1, suspects.length - 1));
}

/** Which of the suspects, the last of which was sent when the alarm came, raises it on a freshly restored board. */
export async function attribute(prober: Prober, suspects: readonly FuzzCase[]): Promise<Attributed> {
  const last = suspects.at(-1) as FuzzCase;
  const found =
    (await alone(prober, last)) ?? (suspects.length > 1 ? await together(prober, suspects) : null);
  return found ?? { cause: 'unreproduced', steps: kept(suspects), tries: 1, shown: null };
}
