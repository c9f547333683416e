import { InternalError } from '#core/errors.ts';
import { upgradeMode } from '#virtual/mcuboot/boot.ts';
import { directXip } from '#virtual/mcuboot/direct-xip.ts';
import type { BootMode } from '#virtual/mcuboot/mode.ts';
import type { BootModeName, McubootProfile } from '#virtual/mcuboot/profile.ts';
import { swapUpgrade } from '#virtual/mcuboot/swap.ts';
import { swapMove } from '#virtual/mcuboot/swap-move.ts';

const MODES: Partial<Readonly<Record<BootModeName, BootMode>>> = {
  'swap-using-move': upgradeMode(swapUpgrade(swapMove)),
  'direct-xip': directXip({ reverts: false }),
  'direct-xip-revert': directXip({ reverts: true }),
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
