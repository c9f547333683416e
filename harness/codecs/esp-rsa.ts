import { constants, createPublicKey, publicDecrypt, type KeyObject } from 'node:crypto';
import { RSA_LENGTH, type RsaKeyPart } from '#codecs/esp-signature-block.ts';
import { rsaSign } from '#codecs/rsa-key.ts';
import { verifyPss } from '#codecs/rsa-pss.ts';

const SALT = 32;
const BITS = 3072n;

/** Key part of a block from a big-endian modulus, with the constants for the accelerator. */
export function rsaKeyPart(bigEndian: Uint8Array, exponent: number): RsaKeyPart {
  const modulus = bigEndian.toReversed();
  const n = toBigInt(modulus);
  return { modulus, exponent, rSquared: fromBigInt(rSquaredOf(n)), mPrime: mPrimeOf(n) };
}

/** RSA-PSS signature, little-endian. The salt is a function of the digest, so one image has one signature. */
export function signRsa(digest: Uint8Array, key: KeyObject): Uint8Array {
  return rsaSign(digest, key, RSA_LENGTH).toReversed();
}

/**
 * Whether a little-endian signature is that of `digest`. Constants for the accelerator that do not belong to the modulus make
 * it compute nonsense, so they fail too.
 */
export function verifyRsa(key: RsaKeyPart, signature: Uint8Array, digest: Uint8Array): boolean {
  const modulus = toBigInt(key.modulus);
  if (modulus >> (BITS - 1n) !== 1n || (modulus & 1n) === 0n || key.exponent < 3) return false;
  if (toBigInt(key.rSquared) !== rSquaredOf(modulus) || key.mPrime !== mPrimeOf(modulus)) return false;
  const exponent = Buffer.alloc(4);
  exponent.writeUInt32BE(key.exponent);
  try {
    const jwk = { kty: 'RSA', n: base64(key.modulus.toReversed()), e: base64(exponent) };
    const publicKey = createPublicKey({ format: 'jwk', key: jwk });
    const encoded = publicDecrypt(
      { key: publicKey, padding: constants.RSA_NO_PADDING },
      signature.toReversed(),
    );
    return verifyPss(digest, encoded, SALT);
  } catch {
    // OpenSSL refuses what is no RSA key or no number below the modulus: such a signature fits nothing.
    return false;
  }
}

function rSquaredOf(modulus: bigint): bigint {
  return (1n << (2n * BITS)) % modulus;
}

/** Newton's iteration: each step doubles the number of right bits of 1/n mod 2^32. */
function mPrimeOf(modulus: bigint): number {
  const n = Number(modulus & 0xffffffffn);
  let inverse = n;
  for (let step = 0; step < 5; step++) inverse = Math.imul(inverse, 2 - Math.imul(n, inverse));
  return -inverse >>> 0;
}

function toBigInt(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian.toReversed()).toString('hex')}`);
}

function fromBigInt(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(RSA_LENGTH * 2, '0');
  return new Uint8Array(Buffer.from(hex, 'hex')).toReversed();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
