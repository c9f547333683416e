import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { UsageError } from '#core/errors.ts';

/** Curves of Secure Boot V2; the names are those of `SigningKey.type`. */
export type EcdsaScheme = 'ecdsa-p192' | 'ecdsa-p256' | 'ecdsa-p384';
/** What a Secure Boot signature can be made with. */
export type SignatureScheme = 'rsa-3072' | EcdsaScheme;

/** A public key as the signature blocks need it. */
export type EspPublicKey =
  | {
      readonly scheme: 'rsa-3072';
      /** Big-endian. */ readonly modulus: Uint8Array;
      readonly exponent: number;
    }
  | {
      readonly scheme: EcdsaScheme;
      /** SEC 1: 0x04, X, Y; or compressed, if the file has it so. */
      readonly point: Uint8Array;
    };

/** A private key. Neither member that holds the secret may reach a log. */
export type EspPrivateKey =
  | { readonly scheme: 'rsa-3072'; readonly key: KeyObject; readonly publicKey: EspPublicKey }
  | { readonly scheme: EcdsaScheme; readonly secret: Uint8Array; readonly publicKey: EspPublicKey };

const CURVES: Readonly<Record<string, EcdsaScheme>> = {
  prime192v1: 'ecdsa-p192',
  prime256v1: 'ecdsa-p256',
  secp384r1: 'ecdsa-p384',
};

const RSA_BYTES = 384;
const RSA_REMEDY = 'make the key with `espsecure generate-signing-key --version 2 --scheme rsa3072`';
const EC_REMEDY = 'make the key with `espsecure generate-signing-key --version 2 --scheme ecdsa256`';

/** A private key from its PEM: PKCS#8, PKCS#1 or SEC1, without passphrase. UsageError when it cannot sign for Secure Boot. */
export function espPrivateKey(pem: string): EspPrivateKey {
  const key = read('private key', () => createPrivateKey(pem));
  const publicKey = publicPart(createPublicKey(key));
  if (publicKey.scheme === 'rsa-3072') return { scheme: publicKey.scheme, key, publicKey };
  const secret = secondElement(key.export({ format: 'der', type: 'sec1' }));
  return { scheme: publicKey.scheme, secret, publicKey };
}

/** A public key from a PEM: SubjectPublicKeyInfo, PKCS#1, or a private key whose public half is meant. UsageError as above. */
export function espPublicKey(pem: string): EspPublicKey {
  return publicPart(read('public or private key', () => createPublicKey(pem)));
}

/** OpenSSL's own words stay out of the error: the message must hold nothing of the file. */
function read(kind: string, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch {
    throw new UsageError({
      code: 'esp-key-unreadable',
      message: `this is not a ${kind} in PEM`,
      expected:
        'PEM of an RSA-3072 or ECDSA P-192, P-256 or P-384 key (PKCS#8, PKCS#1 or SEC1), no passphrase',
      remedy: RSA_REMEDY,
    });
  }
}

function publicPart(key: KeyObject): EspPublicKey {
  if (key.asymmetricKeyType === 'rsa') return rsaPart(key);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'no curve';
  const scheme = Object.hasOwn(CURVES, curve) ? CURVES[curve] : undefined;
  if (scheme === undefined) {
    throw new UsageError({
      code: 'esp-key-curve',
      message: 'Secure Boot does not sign with this kind of key',
      expected: `rsa, ${Object.keys(CURVES).join(', ')}`,
      got: curve,
      remedy: EC_REMEDY,
    });
  }
  // A BIT STRING: its first byte counts the unused bits, always none.
  return { scheme, point: secondElement(key.export({ format: 'der', type: 'spki' })).slice(1) };
}

function rsaPart(key: KeyObject): EspPublicKey {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const modulus = new Uint8Array(Buffer.from(n, 'base64url'));
  const exponent = BigInt(`0x${Buffer.from(e, 'base64url').toString('hex')}`);
  if (modulus.length !== RSA_BYTES || exponent >> 32n !== 0n) {
    throw new UsageError({
      code: 'esp-key-size',
      message: 'Secure Boot V2 signs with RSA-3072',
      expected: 'a 384-byte modulus and an exponent of at most 4 bytes',
      got: `${modulus.length} bytes`,
      remedy: RSA_REMEDY,
    });
  }
  return { scheme: 'rsa-3072', modulus, exponent: Number(exponent) };
}

/** Value of the second member of a DER SEQUENCE: SEC1's private key (RFC 5915), SPKI's public key (RFC 5480). */
function secondElement(der: Uint8Array): Uint8Array {
  const outer = element(der, 0);
  const second = element(der, element(der, outer.start).end);
  return new Uint8Array(der.subarray(second.start, second.end));
}

/** OpenSSL wrote these few bytes: every length takes one byte, or 0x81 and one. */
function element(der: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  const long = first > 0x80;
  const start = at + (long ? 3 : 2);
  return { start, end: start + (long ? (der[at + 2] ?? 0) : first) };
}
