import type { Json } from '#core/canonical.ts';
import type { ConsoleLine } from '#core/rig.ts';
import type { Calibration, TimedSetting, TimedWindow } from '#core/timed-cuts.ts';
import { printable } from '#engine/printable.ts';
import { beginTimedPhase, endsAsItMust, enterTimedPhase } from '#engine/timed-phase.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

/** Characters of a console line that name a window. */
const NAME = 60;
/** Windows shorter than this share of the phase are joined to the one before. */
const SHORTEST = 1 / 100;

/** A phase from begin to end as marks cut it into windows; marks that lie too close open none. */
export function windowsOf(
  ms: number,
  marks: readonly { readonly atMs: number; readonly name: string }[],
): readonly TimedWindow[] {
  const openings = [{ atMs: 0, name: 'begin' }];
  for (const mark of marks.toSorted((a, b) => a.atMs - b.atMs)) {
    const last = openings.at(-1)?.atMs ?? 0;
    const least = ms * SHORTEST;
    if (mark.atMs - last >= least && ms - mark.atMs >= least) openings.push(mark);
  }
  return openings.map(({ atMs, name }, index) => ({
    name,
    fromMs: atMs,
    toMs: openings[index + 1]?.atMs ?? ms,
  }));
}

/** Lets a phase go by without a cut and listens; gives the time it took and the marks in it. */
async function listen(setting: TimedSetting, call: VerbCall) {
  const { signal, rig } = call;
  const lines: ConsoleLine[] = [];
  const identity = use(call, 'identity');
  const deaf = rig.onConsole((line) => lines.push(line));
  identity.forget();
  const began = rig.clock.now();
  try {
    await beginTimedPhase(setting, call, { signal });
    const told = rig.clock.now();
    const seen = await identity.read({ signal });
    const ended = identity.boots().findLast(({ atMs }) => atMs > began)?.atMs ?? rig.clock.now();
    const marks = lines.map(({ atMs, text }) => ({ atMs: atMs - began, name: printable(text, NAME) }));
    const restart = { atMs: told - began, name: 'restart asked for' };
    return { seen, windows: windowsOf(ended - began, [restart, ...marks]), ms: ended - began };
  } finally {
    deaf();
  }
}

/** Runs a phase once without a cut and measures it by what the board says of itself. */
export const calibrateCuts: Verb<Calibration, TimedSetting> = {
  async run(setting, call) {
    call.keep(setting.update);
    const before = call.rig.board.firmware.golden.identity;
    await enterTimedPhase(setting, call);
    const { seen, windows, ms } = await listen(setting, call);
    return {
      before,
      update: setting.update.identity,
      ms,
      windows,
      sound: endsAsItMust(setting, before, seen),
      ended: seen.running ? `${seen.version} (${seen.identity.slice(0, 12)}) from ${seen.slot}` : seen.why,
    };
  },
  told: (calibration) => calibration as unknown as Json,
};
