import type { Flaw } from '#core/rig.ts';
import { corruptedImageFlaws } from '#virtual/mcuboot/flaws-corrupted-image.ts';
import { downgradeFlaws } from '#virtual/mcuboot/flaws-downgrade.ts';
import { powerLossFlaws } from '#virtual/mcuboot/flaws-power-loss.ts';
import { rollbackFlaws } from '#virtual/mcuboot/flaws-rollback.ts';

const ALL = [...rollbackFlaws, ...downgradeFlaws, ...corruptedImageFlaws, ...powerLossFlaws] as const;

/** Mistakes that a simulated MCUboot board can be built with. */
export const mcubootFlaws: readonly Flaw[] = ALL;

export type McubootFlaw = (typeof ALL)[number]['id'];
