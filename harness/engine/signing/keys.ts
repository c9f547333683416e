import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { UsageError } from '#core/errors.ts';

/** Kinds of keys that sign: small, quick, and known to every verifier. */
export type KeyType = 'ed25519' | 'ecdsa-p256';

/** A public key that signatures are checked with. */
export interface PublicKey {
  readonly type: KeyType;
  /** SHA-256 of the key's SubjectPublicKeyInfo, hex: what people compare. */
  readonly id: string;
  /** SubjectPublicKeyInfo PEM. */
  readonly pem: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** Signs, by a key in memory or by somebody else's hand. */
export interface Signer {
  readonly key: PublicKey;
  /** Ed25519 (RFC 8032), or ECDSA over P-256 with SHA-256 as DER. */
  sign(message: Uint8Array): Uint8Array;
}

function typeOf(key: KeyObject): KeyType | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return key.asymmetricKeyType === 'ec' && curve === 'prime256v1' ? 'ecdsa-p256' : null;
}

/** No message holds a byte of what was given: it may be a private key. */
function unusable(name: string, expected: string): UsageError {
  return new UsageError({
    code: 'key-unusable',
    message: `${name} holds no key that can be used here`,
    expected,
    remedy: 'make one with `openssl genpkey -algorithm ed25519 -out key.pem`',
  });
}

function publicKeyOf(key: KeyObject, name: string): PublicKey {
  const type = typeOf(key);
  if (type === null) throw unusable(name, 'an Ed25519 key, or an ECDSA key on P-256');
  const spki = key.export({ type: 'spki', format: 'der' });
  return {
    type,
    id: hash('sha256', spki, 'hex'),
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    verify(message, signature) {
      const digest = type === 'ed25519' ? null : 'sha256';
      return verify(digest, message, key, signature);
    },
  };
}

/** Reads a public key, or the public half of a private one, from PEM. Throws UsageError `key-unusable`. */
export function readPublicKey(pem: string, name: string): PublicKey {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw unusable(name, 'PEM of a public key (SubjectPublicKeyInfo) or of a certificate');
  }
  return publicKeyOf(key, name);
}

/** Reads a private key from PEM, to sign with. Throws UsageError `key-unusable`. */
export function readSigner(pem: string, name: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unusable(name, 'PEM of a private key (PKCS#8 or SEC1) without passphrase');
  }
  const known = publicKeyOf(createPublicKey(key), name);
  return { key: known, sign: (message) => sign(known.type === 'ed25519' ? null : 'sha256', message, key) };
}
