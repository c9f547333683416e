import type { BleCase, BleStep } from '#codecs/ble/attack-case.ts';

/** The shortest case that still does it, and how many were tried. */
export interface MinimisedCase {
  readonly shortest: BleCase;
  readonly tried: number;
}

/** Probes are dear: each may cost a restart of the device. */
const MOST_PROBES = 200;

/** Leaves out steps, halves first, as long as `does` says that what remains still does it; one step less would not. */
export async function minimiseSteps(
  found: BleCase,
  does: (tried: BleCase) => Promise<boolean>,
): Promise<MinimisedCase> {
  let steps: readonly BleStep[] = found.steps;
  let tried = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1 && steps.length > 1;) {
    let removed = false;
    for (let at = 0; at < steps.length && steps.length > 1 && tried < MOST_PROBES;) {
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      tried += 1;
      if (fewer.length > 0 && (await does({ ...found, steps: fewer }))) {
        steps = fewer;
        removed = true;
      } else at += size;
    }
    if (!removed && size === 1) break;
    size = removed ? Math.min(size, steps.length) : Math.floor(size / 2);
  }
  return { shortest: { ...found, steps }, tried };
}
