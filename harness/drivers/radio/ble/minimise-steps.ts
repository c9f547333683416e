import { ddmin } from '#core/ddmin.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';

/** The shortest case that still does it, and how many were tried. */
export interface MinimisedCase {
  readonly shortest: BleCase;
  readonly tried: number;
}

/** Probes are dear: each may cost a restart of the device. */
const MOST_PROBES = 200;

/** Leaves out steps as long as `does` says that what remains still does it. */
export async function minimiseSteps(
  found: BleCase,
  does: (tried: BleCase) => Promise<boolean>,
): Promise<MinimisedCase> {
  const { items, tried } = await ddmin(found.steps, (steps) => does({ ...found, steps }), MOST_PROBES);
  return { shortest: { ...found, steps: items }, tried };
}
