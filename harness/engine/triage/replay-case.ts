import type { Alarm } from '#core/alarm.ts';
import { signatureOf } from '#core/alarm.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { repeatsOf, type Repeats } from '#core/fuzz-finding.ts';
import type { Bench, OpenRig } from '#core/rig.ts';
import { boardNamed } from '#engine/replay.ts';
import { orDead, type TryCall } from '#engine/triage/look.ts';
import { probe } from '#engine/triage/probe.ts';
import type { SentFinding } from '#engine/triage/read-finding.ts';

export interface CaseReplayOptions {
  readonly sent: SentFinding;
  readonly bench: Bench;
  /** Another board than the finding is of; default that one. */
  readonly board?: string | undefined;
  /** Weaknesses to build in; default those of the finding, where the board can be built with them. */
  readonly flaws?: readonly string[];
  readonly tries: number;
  readonly signal: AbortSignal;
  readonly onTry: (done: number, of: number) => void;
}

/** What came of sending a finding again. */
export interface CaseReplay {
  readonly board: string;
  readonly flaws: readonly string[];
  /** How often the very alarm came. */
  readonly repeats: Repeats;
  /** Alarms of another signature, each once. */
  readonly others: readonly Alarm[];
}

/** The board, which must take what is sent: nothing is sent to one that does not answer sound input. */
async function checked(rig: OpenRig, sent: SentFinding, call: TryCall): Promise<void> {
  if (rig.radio?.protocols.includes(sent.protocol) !== true) {
    throw new UsageError({
      code: 'protocol-not-there',
      message: `${rig.board.id} takes no ${sent.protocol} on this bench`,
      expected: rig.board.inputs.join(', '),
      got: sent.protocol,
      remedy: 'replay the case on a board that has the interface, with --board and --bench',
    });
  }
  const { radio } = rig;
  const sound = await orDead(
    call,
    rig.prepare({ signal: call.signal }).then(() => radio.alive(sent.protocol, { signal: call.signal })),
  );
  if (typeof sound !== 'string' && sound.alive) return;
  throw new BenchError({
    code: 'replay-control',
    message: `${rig.board.id} does not answer sound ${sent.protocol} input, so a replay would say nothing`,
    got: typeof sound === 'string' ? sound : sound.how,
    remedy: 'run the control of this protocol, and look at the console',
  });
}

function entryOf({ bench, sent, board, flaws: wanted }: CaseReplayOptions) {
  const plain = boardNamed(bench, board ?? sent.board);
  const known = new Set(plain.flaws.map(({ id }) => id));
  const flaws = wanted ?? sent.flaws.filter((flaw) => known.has(flaw));
  return { entry: flaws.length === 0 ? plain : (plain.built?.(flaws) ?? plain), flaws };
}

/** Sends a finding again, each time to a freshly restored board, and tells whether the same alarm comes. */
export async function replayCase(options: CaseReplayOptions): Promise<CaseReplay> {
  const { sent, bench, tries, signal, onTry } = options;
  const { entry, flaws } = entryOf(options);
  await using rig = await entry.open({ signal, flaws, allow: bench.allow ?? [] });
  const call: TryCall = { rig, signal, progress: () => undefined };
  await checked(rig, sent, call);
  const wanted = signatureOf(sent.alarm);
  const others = new Map<string, Alarm>();
  let alarms = 0;
  for (let turn = 0; turn < tries; turn++) {
    const { alarm } = await probe(sent.protocol, sent.cases, call);
    onTry(turn + 1, tries);
    if (alarm === null) continue;
    const signature = signatureOf(alarm);
    if (signature === wanted) alarms += 1;
    else others.set(signature, alarm);
  }
  return { board: entry.facts.id, flaws, repeats: repeatsOf(alarms, tries), others: [...others.values()] };
}
