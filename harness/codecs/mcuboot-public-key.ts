import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { type CurveName, ecdsaVerify, spkiOfPoint, withoutPadding } from '#codecs/ecdsa-curve.ts';
import type { SignatureScheme } from '#codecs/mcuboot-scheme.ts';
import type { HashName } from '#codecs/mcuboot-tlv.ts';
import { rsaVerify } from '#codecs/rsa-key.ts';
import { UsageError } from '#core/errors.ts';

/** A key that can say whether it signed. */
export interface McubootPublicKey {
  readonly scheme: SignatureScheme;
  /** What a boot loader embeds and KEYHASH is over: PKCS#1 for RSA, else SubjectPublicKeyInfo. */
  readonly publicDer: Uint8Array;
  /** `signed` is the image's hash; for a pure signature the hashed bytes themselves. Any bytes: true or false. */
  verify(signed: Uint8Array, signature: Uint8Array): boolean;
}

/** Reads a public key, or the public half of a private one, from PEM. UsageError when no image can be signed with it. */
export function mcubootPublicKey(pem: string): McubootPublicKey {
  return publicKeyOf(readPublic(pem));
}

/** KEYHASH of a key. */
export function keyHashOf(key: Pick<McubootPublicKey, 'publicDer'>, name: HashName = 'sha256'): Uint8Array {
  return Uint8Array.from(hash(name, key.publicDer, 'buffer'));
}

/** The scheme of a key object and how it verifies. UsageError for kinds that sign no images. */
export function publicKeyOf(key: KeyObject): McubootPublicKey {
  const scheme = schemeOf(key);
  if (scheme === null) throw unusable('a key');
  const publicDer = embeddedDer(key, scheme);
  return { scheme, publicDer, verify: (signed, signature) => check(signed, signature) };

  function check(signed: Uint8Array, signature: Uint8Array): boolean {
    const curve = curveOf(scheme);
    if (curve !== null) return ecdsaVerify(curve, signed, withoutPadding(signature), publicDer);
    if (scheme !== 'ed25519') return rsaVerify(signed, signature, key);
    return verify(null, signed, key, signature);
  }
}

/** Which scheme a key signs by; null where MCUboot has none for it. */
export function schemeOf(key: KeyObject): SignatureScheme | null {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (namedCurve === 'prime256v1') return 'ecdsa-p256';
  if (namedCurve === 'secp384r1') return 'ecdsa-p384';
  if (key.asymmetricKeyType !== 'rsa') return null;
  if (modulusLength === 2048) return 'rsa-2048';
  return modulusLength === 3072 ? 'rsa-3072' : null;
}

/** The curve of a scheme; null where it has none in this sense. */
export function curveOf(scheme: SignatureScheme | null): CurveName | null {
  if (scheme === 'ecdsa-p256') return 'P-256';
  return scheme === 'ecdsa-p384' ? 'P-384' : null;
}

/** The complaint about a PEM that cannot be used; never holds its text. */
export function unusable(what: string, cause?: unknown): UsageError {
  return new UsageError({
    code: 'mcuboot-key',
    message: `this is not ${what} for signatures of MCUboot images`,
    expected: 'a PEM of an RSA-2048, RSA-3072, ECDSA P-256, ECDSA P-384 or Ed25519 key, without passphrase',
    remedy: 'make one with: imgtool keygen -t ecdsa-p256 -k key.pem',
    ...(cause === undefined ? {} : { cause }),
  });
}

function readPublic(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw unusable('a key', cause);
  }
}

function embeddedDer(key: KeyObject, scheme: SignatureScheme): Uint8Array {
  const curve = curveOf(scheme);
  if (curve === null) {
    const type = scheme === 'ed25519' ? 'spki' : 'pkcs1';
    return Uint8Array.from(key.export({ format: 'der', type }));
  }
  // By the coordinates: a PEM may hold a compressed point, a boot loader never does.
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return spkiOfPoint(curve, point);
}
