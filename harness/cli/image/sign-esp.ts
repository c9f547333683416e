import { UsageError } from '#core/errors.ts';
import { parseEspImage } from '#codecs/esp-image.ts';
import { signEspImage } from '#codecs/esp-secure-boot.ts';
import { parseSignatureSector, SIGNATURE_SECTOR_LENGTH } from '#codecs/esp-signature-block.ts';
import { signatureSectorAt } from '#codecs/esp-verify-blocks.ts';
import { withKey, type KeyFile } from './keys.ts';

/** Blocks that a signature sector has room for. */
const MOST_KEYS = 3;

/** The image without signatures that it has already: they are made anew, not signed. */
function unsigned(bytes: Uint8Array): Uint8Array {
  const at = signatureSectorAt(parseEspImage(bytes), bytes.length);
  if (at === null) return bytes;
  const isSigned = parseSignatureSector(bytes.subarray(at, at + SIGNATURE_SECTOR_LENGTH)).length > 0;
  return isSigned ? bytes.subarray(0, at) : bytes;
}

/** Signs for Secure Boot V2, one block a key. UsageError for too many keys, and for keys that cannot sign. */
export function signEsp(bytes: Uint8Array, keys: readonly KeyFile[]): Uint8Array {
  if (keys.length > MOST_KEYS) {
    throw new UsageError({
      code: 'key-invalid',
      message: 'the signature sector has no room for so many signatures',
      expected: `at most ${MOST_KEYS} keys`,
      got: String(keys.length),
      remedy: 'leave out keys',
    });
  }
  const image = unsigned(bytes);
  for (const key of keys) withKey(key, (pem) => signEspImage(image, pem));
  return signEspImage(image, ...keys.map(({ pem }) => pem));
}
