import {
  encodeTrailer,
  trailerSize,
  type TrailerContent,
  type TrailerShape,
} from '#codecs/mcuboot-trailer.ts';
import { UsageError } from '#core/errors.ts';

/** What a padded image asks for: `pending` a trial (`imgtool sign --pad`), `confirmed` to stay (`--confirm`). */
export type PaddedFor = 'pending' | 'confirmed';

/**
 * An image filled up to its slot, with the trailer that asks for a boot; `rest` of it parses back. UsageError where the image
 * reaches into the trailer: the boot loader would refuse it.
 */
export function padMcubootImage(image: Uint8Array, shape: TrailerShape, what: PaddedFor): Uint8Array {
  const room = shape.slotSize - trailerSize(shape);
  if (image.length > room) {
    throw new UsageError({
      code: 'image-too-big',
      message: 'the image leaves no room for the trailer of its slot',
      expected: `at most ${room} bytes`,
      got: String(image.length),
      remedy: 'make the slot larger or the image smaller',
    });
  }
  const slot = new Uint8Array(shape.slotSize).fill(shape.erased ?? 0xff);
  slot.set(image);
  const { offset, bytes } = encodeTrailer(shape, contentOf(shape, what));
  slot.set(bytes, offset);
  return slot;
}

/** Overwrite-only has nothing to revert to, so nothing is confirmed. */
function contentOf(shape: TrailerShape, what: PaddedFor): TrailerContent {
  return what === 'confirmed' && shape.mode !== 'overwrite' ? { magic: true, imageOk: 1 } : { magic: true };
}
