import { crashIn, stateOf, type Alarm, type Oracle } from '#core/alarm.ts';
import type { InputProtocol } from '#core/board.ts';
import type { InjectReply, Liveness, Rung } from '#core/capabilities.ts';
import { isAssayError, PeerError } from '#core/errors.ts';
import type { ConsoleLine } from '#core/rig.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { ConsoleWindow } from '#engine/triage/console-window.ts';
import { use, type VerbCall } from '#engine/verb-call.ts';

/** What it takes to send a case and look at the board. */
export type TryCall = Pick<VerbCall, 'rig' | 'signal' | 'progress'>;

/** What came of one case. */
export interface Looked {
  /** The board's trouble with the input itself in words, where there was any. */
  readonly reply: InjectReply | string;
  /** Null: the board behaved. */
  readonly alarm: Alarm | null;
  /** What the board printed meanwhile. */
  readonly console: readonly ConsoleLine[];
  /** Rungs of the ladder that were looked at. */
  readonly rungs: readonly Rung[];
}

/** The board's trouble as a value; any other error is thrown on. */
export async function orDead<T>(call: Pick<VerbCall, 'signal'>, attempt: Promise<T>): Promise<T | string> {
  try {
    return await attempt;
  } catch (error) {
    if (call.signal.aborted || !isAssayError(error) || error.fault !== 'peer') throw error;
    return error.message;
  }
}

type Seen = Pick<Alarm, 'oracle' | 'what'>;

/** What the question after the case shows; null: alive, and not started anew. */
function troubleOf(live: Liveness | string, before: Before): Seen | null {
  if (typeof live === 'string') return { oracle: 'silent', what: live };
  if (!live.alive) {
    return { oracle: live.oracle ?? 'silent', what: `no answer to valid input: ${live.how}` };
  }
  const more = live.boots - before.boots;
  if (more > 0) return { oracle: 'rebooted', what: `rebooted by itself (${more} boots)` };
  const counted = startsSince(live, before);
  if (counted === 0) return null;
  return { oracle: 'rebooted', what: `rebooted by itself (${counted} starts, by its own count)` };
}

/** Starts that the board counted since then; a count that fell began anew. */
function startsSince({ starts }: Liveness, before: Before): number {
  if (starts === undefined || before.starts === undefined || starts === before.starts) return 0;
  return starts > before.starts ? starts - before.starts : starts;
}

/** How often the board had started before a case. */
export type Before = Pick<Liveness, 'boots' | 'starts'>;

/** What the board took and had to refuse; null where it did not. */
function breachOf({ mustRefuse }: FuzzCase, reply: InjectReply | string): Seen | null {
  const took = mustRefuse !== undefined && typeof reply !== 'string' && reply.accepted === true;
  return took ? { oracle: 'breach', what: mustRefuse } : null;
}

/** A crash that the console tells of is a crash, whatever the board does afterwards. */
function withCrash(seen: Seen | null, fault: string | null): Seen | null {
  if (fault === null) return seen;
  return { oracle: 'fault-line', what: seen?.what ?? `said that it crashed: ${fault}` };
}

const BY_SIGHT: ReadonlySet<Oracle> = new Set(['rebooted', 'fault-line']);

function alarmOf(
  fuzzed: FuzzCase,
  protocol: InputProtocol,
  { reply, live, before, lines }: Sight,
): Alarm | null {
  const crash = crashIn(lines);
  const seen = withCrash(troubleOf(live, before) ?? breachOf(fuzzed, reply), crash.fault);
  if (seen === null) return null;
  const told = typeof live === 'string' ? undefined : live.resetReason;
  // A reason that the board gives when it has not started anew is that of an earlier start.
  const restarted = typeof live !== 'string' && live.boots > before.boots && BY_SIGHT.has(seen.oracle);
  const resetReason = restarted ? (told ?? crash.resetReason) : crash.resetReason;
  return { ...seen, ...crash, resetReason, state: stateOf(protocol, fuzzed.state) };
}

interface Sight {
  readonly reply: InjectReply | string;
  readonly live: Liveness | string;
  readonly before: Before;
  readonly lines: readonly string[];
}

/** Sends one case and asks the board whether it lives; `before` as it was found by `baseline`. */
export async function lookAfter(
  protocol: InputProtocol,
  fuzzed: FuzzCase,
  before: Before,
  call: TryCall,
): Promise<Looked> {
  const radio = use(call, 'radio');
  const window = new ConsoleWindow(call.rig);
  try {
    const reply = await orDead(call, radio.inject(protocol, fuzzed.bytes, { signal: call.signal }));
    const live = await orDead(call, radio.alive(protocol, { signal: call.signal }));
    const alarm = alarmOf(fuzzed, protocol, { reply, live, before, lines: window.texts });
    return { reply, alarm, console: window.lines, rungs: rungsOf(live) };
  } finally {
    window.close();
  }
}

/** The console is listened to all the while; what else was looked at, the link says. */
function rungsOf(live: Liveness | string): readonly Rung[] {
  const { looked = ['L1'] }: Pick<Liveness, 'looked'> = typeof live === 'string' ? {} : live;
  return [...new Set<Rung>([...looked, 'L4'])];
}

/** Starts so far of a board that is shown to be alive; a campaign against a dead board shows nothing. */
export async function baseline(protocol: InputProtocol, call: TryCall): Promise<Before> {
  const live = await use(call, 'radio').alive(protocol, { signal: call.signal });
  if (live.alive) return live;
  throw new PeerError({
    code: 'not-alive',
    message: `the board does not answer valid ${protocol} input before the first case: ${live.how}`,
    remedy: 'run the control scenario of this protocol alone and look at the console',
  });
}
