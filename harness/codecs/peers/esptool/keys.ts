import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { SignatureScheme } from '#codecs/esp-key.ts';
import type { Draw } from '#codecs/peers/draw.ts';

/** Fresh keys of each scheme. RSA keys cannot be drawn from a seed, so these are the one thing that a seed does not decide. */
export type KeyRing = Readonly<Record<SignatureScheme, readonly KeyObject[]>>;

const KEYS = 4;
/** RSA keys take a third of a second each. */
const RSA_KEYS = 3;

/** Makes the keys of a run. */
export function keyRing(): KeyRing {
  const curve = (namedCurve: string) =>
    Array.from({ length: KEYS }, () => generateKeyPairSync('ec', { namedCurve }).privateKey);
  const rsa = () => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
  return {
    'rsa-3072': Array.from({ length: RSA_KEYS }, rsa),
    'ecdsa-p192': curve('prime192v1'),
    'ecdsa-p256': curve('prime256v1'),
    'ecdsa-p384': curve('secp384r1'),
  };
}

/** PEM of a private key, in any form that both sides read. */
export function privatePem(random: Draw, key: KeyObject): string {
  const old = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
  return random.chance(50)
    ? String(key.export({ format: 'pem', type: 'pkcs8' }))
    : String(key.export({ format: 'pem', type: old }));
}

/** PEM of the public half. */
export function publicPem(key: KeyObject): string {
  return String(createPublicKey(key).export({ format: 'pem', type: 'spki' }));
}
