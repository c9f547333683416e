import { aesCtr } from '#codecs/aes-ctr.ts';
import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import type { McubootImage } from '#codecs/mcuboot-image.ts';
import type { ImageReader, ImageRecipient } from '#codecs/mcuboot-recipient.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { UsageError } from '#core/errors.ts';

/** How an image is to be encrypted. */
export interface ImageEncryption {
  readonly recipient: ImageRecipient;
  /** 16 or 32 bytes; drawn by the caller. */
  readonly imageKey: Uint8Array;
  /** At least 16 bytes that nobody can guess; decides everything else that is random. */
  readonly seed: Uint8Array;
  /** The key is brought along, but the payload stays readable: for the primary slot. */
  readonly clear?: boolean;
}

/** Why an encrypted image could not be read. */
export type DecryptionTrouble = 'no-key-entry' | 'several-key-entries' | 'not-for-this-key' | 'key-length';

const BLOCK = 16;
const KEY_TYPES: ReadonlySet<number> = new Set([
  TLV.encRsa2048,
  TLV.encKeyWrap,
  TLV.encEc256,
  TLV.encX25519,
  TLV.encX25519Sha512,
]);

/** The header flag that goes with an image key. */
export function encryptionFlag(imageKey: Uint8Array): number {
  return imageKey.length === 32 ? HEADER_FLAG.encryptedAes256 : HEADER_FLAG.encryptedAes128;
}

/** Whether the header says that the payload is encrypted. */
export function isEncrypted(image: McubootImage): boolean {
  return (image.header.flags & (HEADER_FLAG.encryptedAes128 | HEADER_FLAG.encryptedAes256)) !== 0;
}

/** A payload with zeros up to whole AES blocks, as imgtool pads before it hashes. */
export function padToBlock(payload: Uint8Array, headerSize: number): Uint8Array {
  // imgtool counts from the start of the header, so that odd header sizes shift the blocks.
  const missing = (BLOCK - ((headerSize + payload.length) % BLOCK)) % BLOCK;
  const padded = new Uint8Array(payload.length + missing);
  padded.set(payload);
  return padded;
}

/** Encrypts a signed image: the payload, and the image key into a last unprotected entry. UsageError for other lengths of key. */
export function encryptMcubootImage(image: McubootImage, encryption: ImageEncryption): McubootImage {
  const { recipient, imageKey, seed, clear = false } = encryption;
  if (imageKey.length !== 16 && imageKey.length !== 32) {
    throw new UsageError({
      code: 'mcuboot-image-key',
      message: 'this is no key for an image',
      expected: '16 or 32 bytes',
      got: String(imageKey.length),
      remedy: 'draw 16 bytes for AES-128, 32 for AES-256',
    });
  }
  return {
    ...image,
    payload: clear ? image.payload : aesCtr(image.payload, imageKey),
    unprotectedTlvs: [...image.unprotectedTlvs, recipient.wrap(imageKey, seed)],
  };
}

/**
 * The image with its payload readable, as it was hashed and signed; everything else stays, so that it is what a primary slot
 * holds. An image without encryption flag is given back as it is. Never throws.
 */
export function decryptMcubootImage(
  image: McubootImage,
  readers: readonly ImageReader[],
): McubootImage | { readonly trouble: DecryptionTrouble } {
  if (!isEncrypted(image)) return image;
  const entries = image.unprotectedTlvs.filter(({ type }) => KEY_TYPES.has(type));
  const [entry] = entries;
  if (entry === undefined) return { trouble: 'no-key-entry' };
  if (entries.length > 1) return { trouble: 'several-key-entries' };
  for (const reader of readers) {
    const imageKey = reader.unwrap(entry);
    if (imageKey === null) continue;
    if ((image.header.flags & encryptionFlag(imageKey)) === 0) return { trouble: 'key-length' };
    return { ...image, payload: aesCtr(image.payload, imageKey) };
  }
  return { trouble: 'not-for-this-key' };
}
