import { createPrivateKey, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ecdsaPublicDer } from '#codecs/ecdsa-curve.ts';

/** A P-256 key that protects nothing: anybody can make it again from its name. */
export interface TestKey {
  readonly secret: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** PKCS#8 PEM. */
  readonly pem: string;
}

/** The key of a name, the same on every machine: servers of a bench can be made again byte for byte. */
export function testKey(name: string): TestKey {
  const secret = sha256(Buffer.from(`assay test key ${name}`, 'utf8'));
  const point = p256.getPublicKey(secret, false);
  const part = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  const key: KeyObject = createPrivateKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33), d: Buffer.from(secret).toString('base64url') },
  });
  return {
    secret,
    spki: ecdsaPublicDer('P-256', secret),
    pem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
