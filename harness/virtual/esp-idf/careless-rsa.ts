import { hash } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { mgf1, xor } from '#codecs/mgf1.ts';
import { verifyPss } from '#codecs/rsa-pss.ts';
import { RSA_LENGTH, type RsaBlock } from '#codecs/esp-signature-block.ts';

const SALT = 32;
const HASH = 32;

/** RSA-PSS by whatever exponent the block brings, even 1. */
export function fitsAnyExponent({ key, signature }: RsaBlock, digest: Uint8Array): boolean {
  return verifyPss(digest, recovered(signature, key.modulus, key.exponent), SALT);
}

/** RSA-PSS as a verifier does it that looks at no padding and compares the digests as C strings: up to the first zero byte. */
export function fitsAsText({ key, signature }: RsaBlock, digest: Uint8Array): boolean {
  const encoded = recovered(signature, key.modulus, key.exponent);
  const length = RSA_LENGTH - HASH - 1;
  const claimed = encoded.subarray(length, length + HASH);
  const salt = xor(encoded.subarray(0, length), mgf1(claimed, length)).subarray(length - SALT);
  const actual = hash('sha256', concatBytes(new Uint8Array(8), digest, salt), 'buffer');
  const differs = claimed.findIndex((byte, i) => byte !== actual[i]);
  const end = claimed.indexOf(0);
  return differs === -1 || (end !== -1 && end < differs);
}

/** signature^exponent mod modulus, big-endian; zeros for a modulus of zero. */
function recovered(signature: Uint8Array, modulus: Uint8Array, exponent: number): Uint8Array {
  const n = toBigInt(modulus);
  let result = 1n;
  if (n > 0n) {
    const base = toBigInt(signature) % n;
    for (let bit = 31; bit >= 0; bit--) {
      result = (result * result) % n;
      if ((exponent >>> bit) & 1) result = (result * base) % n;
    }
  }
  return new Uint8Array(Buffer.from(result.toString(16).padStart(RSA_LENGTH * 2, '0'), 'hex'));
}

function toBigInt(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian.toReversed()).toString('hex')}`);
}
