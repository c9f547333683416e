import { signatureOf, type Alarm } from '#core/alarm.ts';
import type { InputProtocol } from '#core/board.ts';
import { sha256Hex } from '#core/digest.ts';
import { repeatsOf, type Repeats } from '#core/fuzz-finding.ts';
import type { ConsoleLine } from '#core/rig.ts';
import type { FuzzCase, TriageInput } from '#core/verbs.ts';
import { drawnNow, drawnSince, type Drawn } from '#engine/triage/drawn.ts';
import { baseline, lookAfter, orDead, type TryCall } from '#engine/triage/look.ts';

/** What came of sending inputs to a freshly restored board. */
export interface Probed {
  /** Null: the board behaved to the end. */
  readonly alarm: Alarm | null;
  /** Index of the input after which the alarm was raised. */
  readonly at: number;
  readonly console: readonly ConsoleLine[];
  /** What passed over the wire or the air, as a pcapng file; null where the link keeps none. */
  readonly capture: Uint8Array | null;
  /** What the board drew; null where nothing measures it. */
  readonly drawn: Drawn | null;
}

/**
 * Restores the board, sends the inputs and asks after each whether it lives; stops at the first alarm. A board that does
 * not come back shows nothing. Where it is asked for and the power instrument can, the current is measured around the alarm.
 */
export async function probe(
  protocol: InputProtocol,
  steps: readonly FuzzCase[],
  call: TryCall,
  { measures = false }: { readonly measures?: boolean } = {},
): Promise<Probed> {
  const { rig, signal } = call;
  const before = await orDead(
    call,
    rig.prepare({ signal }).then(() => baseline(protocol, call)),
  );
  const printed: ConsoleLine[] = [];
  const nothing = { alarm: null, at: -1, console: printed, capture: null, drawn: null };
  if (typeof before === 'string') return nothing;
  const rest = measures ? await drawnNow(call) : null;
  const captured = () => rig.radio?.capture?.(protocol) ?? null;
  captured();
  for (const [at, step] of steps.entries()) {
    const { alarm, console } = await lookAfter(protocol, step, before, call);
    printed.push(...console);
    if (alarm === null) continue;
    const drawn = await drawnSince(rest, call);
    return { alarm, at, console: printed, capture: captured(), drawn };
  }
  return { ...nothing, capture: captured() };
}

/** How often an alarm came, and what was seen when it did. */
export interface Shown {
  readonly repeats: Repeats;
  readonly seen: Probed | null;
}

/** What remains for showing that the shortest input does it. */
export const RESERVE = 10;

/** The alarm that is looked for, and how long. */
export type Sought = Pick<TriageInput, 'protocol' | 'broken' | 'probes' | 'stopped'>;

/** Sends inputs to restored boards as long as the budget lasts: restoring is dear, a real board takes seconds. */
export class Prober {
  /** Times that the board was restored so far. */
  probes = 0;
  readonly #protocol: InputProtocol;
  readonly #call: TryCall;
  readonly #wanted: string;
  readonly #most: number;
  readonly #stopped: () => boolean;
  readonly #failed = new Set<string>();
  /** Whether something could not be tried because the budget was used up. */
  exhausted = false;

  /** Looks for the very alarm, at most so many times; the last `RESERVE` of them are for showing what was found. */
  constructor({ protocol, broken: { alarm }, probes: most, stopped }: Sought, call: TryCall) {
    this.#stopped = stopped ?? (() => false);
    this.#protocol = protocol;
    this.#call = call;
    this.#wanted = signatureOf(alarm);
    this.#most = most;
  }

  get left(): number {
    return this.#most - this.probes;
  }

  /** One try; whether the alarm that is looked for came. */
  async once(
    steps: readonly FuzzCase[],
    measures = false,
  ): Promise<{ readonly same: boolean; readonly seen: Probed }> {
    this.probes += 1;
    const seen = await probe(this.#protocol, steps, this.#call, { measures });
    this.#call.progress(Math.min(this.probes, this.#most), this.#most);
    return { same: seen.alarm !== null && signatureOf(seen.alarm) === this.#wanted, seen };
  }

  /** So many tries, and how often the alarm came. */
  async show(steps: readonly FuzzCase[], tries: number): Promise<Shown> {
    let alarms = 0;
    let last: Probed | null = null;
    for (let turn = 0; turn < tries; turn++) {
      const { same, seen } = await this.once(steps, true);
      if (same) alarms += 1;
      if (same || last === null) last = seen;
    }
    return { repeats: repeatsOf(alarms, tries), seen: last };
  }

  /** Whether the alarm comes within so many tries; what did not do it is not tried again. False without a try once the budget is used up. */
  async does(steps: readonly FuzzCase[], tries: number): Promise<boolean> {
    const key = sha256Hex(Buffer.concat(steps.flatMap(({ bytes }) => [lengthOf(bytes), bytes])));
    if (this.#failed.has(key)) return false;
    for (let turn = 0; turn < tries; turn++) {
      if (this.left <= RESERVE || this.#stopped()) {
        this.exhausted = true;
        return false;
      }
      if ((await this.once(steps)).same) return true;
    }
    this.#failed.add(key);
    return false;
  }
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.from(`${bytes.length}:`));
}
