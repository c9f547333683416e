import { InternalError } from '#core/errors.ts';
import { upgradeMode } from '#virtual/mcuboot/boot.ts';
import { directXip } from '#virtual/mcuboot/direct-xip.ts';
import type { BootMode } from '#virtual/mcuboot/mode.ts';
import { overwriteUpgrade } from '#virtual/mcuboot/overwrite.ts';
import type { BootModeName, McubootProfile } from '#virtual/mcuboot/profile.ts';
import { ramLoad } from '#virtual/mcuboot/ram-load.ts';
import { swapUpgrade } from '#virtual/mcuboot/swap.ts';
import { swapMove } from '#virtual/mcuboot/swap-move.ts';
import { swapOffset } from '#virtual/mcuboot/swap-offset.ts';
import { swapScratch } from '#virtual/mcuboot/swap-scratch.ts';

const MODES: Partial<Readonly<Record<BootModeName, BootMode>>> = {
  'swap-using-scratch': upgradeMode(swapUpgrade(swapScratch)),
  'swap-using-move': upgradeMode(swapUpgrade(swapMove)),
  'swap-using-offset': upgradeMode(swapUpgrade(swapOffset)),
  'overwrite-only': upgradeMode(overwriteUpgrade(false)),
  'overwrite-only-fast': upgradeMode(overwriteUpgrade(true)),
  'direct-xip': directXip({ reverts: false }),
  'direct-xip-revert': directXip({ reverts: true }),
  'ram-load': ramLoad({ reverts: false }),
  'ram-load-revert': ramLoad({ reverts: true }),
};

/** The mode that a profile builds in. */
export function modeOf({ mode }: McubootProfile): BootMode {
  const built = MODES[mode];
  if (built !== undefined) return built;
  throw new InternalError({
    code: 'mcuboot-mode',
    message: `no virtual MCUboot is built for ${mode}`,
    expected: Object.keys(MODES).join(', '),
    got: mode,
    remedy: 'choose another mode for the board',
  });
}
