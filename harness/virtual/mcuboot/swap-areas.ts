import { InternalError } from '#core/errors.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';

/** The scratch area of a board that swaps through one. */
export function scratchOf({ scratch }: Loader): Slot {
  if (scratch !== null) return scratch;
  throw new InternalError({
    code: 'mcuboot-layout',
    message: 'a boot loader that swaps through scratch has no such area',
    expected: 'a layout with a scratch area',
    remedy: 'give the board one, or another mode',
  });
}
