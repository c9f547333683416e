import type { BoardFacts } from '#core/board.ts';
import { fitsKeys, type Forgery } from '#fuzz/forgery.ts';

/** Bytes at a slot's end that an image may not have, with a margin. */
const LEAST_RESERVE = 0x100;

/** Why a forgery says nothing on a board and path; null when it does. */
export function whyNot(forgery: Forgery, board: BoardFacts, path: string): string | null {
  const { guard, attack, large, needs, scheme } = forgery;
  const staged = path === 'flash-staged';
  if (guard === 'application' && staged) {
    return 'only the application compares this, and this path goes past it; the boot loader accepts it by design';
  }
  if (guard === 'trial' && !board.protections.rollback) {
    return 'the loader starts what is signed, by design; only a trial would end it, and this board has none';
  }
  if (needs !== undefined && !board.protections[needs]) {
    return 'this board declares to have no counter in hardware, so there is none that could be exhausted';
  }
  if (!fitsKeys(forgery, board.firmware.keys)) {
    return `this is about the form of ${scheme} signatures, and this board’s are ${board.firmware.keys.signing.type}`;
  }
  if (large === true && !staged && board.updatePaths.includes('flash-staged')) {
    return 'the image fills the slot; it is offered by flash-staged only, where that takes no time';
  }
  if (attack === 'oversized' && !hasReserve(board)) {
    return 'this boot loader has room for images up to the slot’s last bytes, where the request to boot them stands';
  }
  if (attack === 'development-key' && board.firmware.keys.vendorDevelopment === undefined) {
    return "no vendor's development key is known for this board: its format has none, or the bench names none";
  }
  return null;
}

/** Whether the boot loader keeps more of a slot to itself than the trailer that an image needs in any case. */
function hasReserve({ firmware }: BoardFacts): boolean {
  const { slotSize, maxImageSize = 0 } = firmware;
  return slotSize - maxImageSize > LEAST_RESERVE;
}
