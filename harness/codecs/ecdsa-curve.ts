import { p256, p384 } from '@noble/curves/nist.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';

/** Curves that images are signed on. */
export type CurveName = 'P-256' | 'P-384';

/** Hashes are signed as they are, in DER, and either half of s counts: as mbedTLS and OpenSSL do. */
const MANNER = { prehash: false, format: 'der', lowS: false } as const;
const CURVES = { 'P-256': p256, 'P-384': p384 } as const;
/** DER in front of the uncompressed point in every SubjectPublicKeyInfo of the curve (RFC 5480). */
const PREFIXES: Readonly<Record<CurveName, Uint8Array>> = {
  'P-256': hexToBytes('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  'P-384': hexToBytes('3076301006072a8648ce3d020106052b81040022036200'),
};

/** SubjectPublicKeyInfo of a secret's public key: what a boot loader embeds. */
export function ecdsaPublicDer(curve: CurveName, secret: Uint8Array): Uint8Array {
  return spkiOfPoint(curve, CURVES[curve].getPublicKey(secret, false));
}

/** SubjectPublicKeyInfo around an uncompressed point. */
export function spkiOfPoint(curve: CurveName, point: Uint8Array): Uint8Array {
  return concatBytes(PREFIXES[curve], point);
}

/** The uncompressed point of a SubjectPublicKeyInfo; null where it is not one of the curve. */
export function pointOfSpki(curve: CurveName, publicDer: Uint8Array): Uint8Array | null {
  const prefix = PREFIXES[curve];
  const length = CURVES[curve].lengths.publicKeyUncompressed;
  if (length === undefined || publicDer.length !== prefix.length + length) return null;
  return prefix.every((byte, i) => publicDer[i] === byte) ? publicDer.subarray(prefix.length) : null;
}

/** Deterministic signature (RFC 6979) of a hash, DER. */
export function ecdsaSign(curve: CurveName, digest: Uint8Array, secret: Uint8Array): Uint8Array {
  return CURVES[curve].sign(digest, secret, MANNER);
}

/** True where the DER signature is the key's over the hash; false for malformed keys and signatures too. */
export function ecdsaVerify(
  curve: CurveName,
  digest: Uint8Array,
  signature: Uint8Array,
  publicDer: Uint8Array,
): boolean {
  const point = pointOfSpki(curve, publicDer);
  if (point === null) return false;
  try {
    return CURVES[curve].verify(signature, digest, point, MANNER);
  } catch {
    return false;
  }
}

/** The signature without the zeros that `imgtool sign --pad-sig` appends; whole where other bytes follow. */
export function withoutPadding(signature: Uint8Array): Uint8Array {
  const end = 2 + (signature[1] ?? 0);
  return signature.subarray(end).every((byte) => byte === 0) ? signature.subarray(0, end) : signature;
}
