import { constants, hash, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { InternalError } from '#core/errors.ts';
import { mgf1, xor } from '#codecs/mgf1.ts';

const HASH = 32;

/**
 * EME-OAEP encoding (RFC 8017 7.1.1) with SHA-256 for label hash and mask, empty label. The seed is an argument: test
 * images must be the same bytes every time.
 */
export function encodeOaep(message: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const room = length - 2 * HASH - 2;
  if (message.length > room || seed.length !== HASH) {
    throw new InternalError({
      code: 'oaep-size',
      message: 'the message or the seed does not fit the encoding',
      expected: `at most ${room} bytes of message, ${HASH} of seed`,
      got: `${message.length} and ${seed.length}`,
      remedy: 'report this as a defect',
    });
  }
  const padding = new Uint8Array(room - message.length);
  const block = concatBytes(hash('sha256', '', 'buffer'), padding, Uint8Array.of(1), message);
  const maskedBlock = xor(block, mgf1(seed, block.length));
  return concatBytes(Uint8Array.of(0), xor(seed, mgf1(maskedBlock, HASH)), maskedBlock);
}

/** RSAES-OAEP encryption with a given seed. */
export function encryptOaep(
  message: Uint8Array,
  key: KeyObject,
  length: number,
  seed: Uint8Array,
): Uint8Array {
  const encoded = encodeOaep(message, seed, length);
  return Uint8Array.from(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded));
}

/** RSAES-OAEP decryption; null where the bytes were not made for this key. */
export function decryptOaep(encrypted: Uint8Array, key: KeyObject): Uint8Array | null {
  try {
    const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    return Uint8Array.from(privateDecrypt(options, encrypted));
  } catch {
    return null;
  }
}
