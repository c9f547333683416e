import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { imageReader, type ImageReader } from '#codecs/mcuboot-recipient.ts';
import { mcubootKey, type McubootKey } from '#codecs/mcuboot-key.ts';
import type { SignatureScheme } from '#codecs/mcuboot-scheme.ts';

/** Kinds of keys that images are encrypted for. */
export type EncryptionKind = 'rsa' | 'p256' | 'x25519';

/** Keys of one sweep, in the PEM forms that occur in the field. */
export interface SweepKeys {
  readonly signing: Readonly<Record<SignatureScheme, { readonly pem: string; readonly key: McubootKey }>>;
  readonly encryption: Readonly<
    Record<EncryptionKind, { readonly pem: string; readonly publicPem: string; readonly reader: ImageReader }>
  >;
}

/** Makes the keys; they are new each time. */
export function sweepKeys(): SweepKeys {
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const signer = (pem: string) => ({ pem, key: mcubootKey(pem) });
  return {
    signing: {
      'rsa-2048': signer(pemOf(rsa(2048).privateKey, 'pkcs1')),
      'rsa-3072': signer(pemOf(rsa(3072).privateKey, 'pkcs8')),
      'ecdsa-p256': signer(pemOf(ec('prime256v1').privateKey, 'sec1')),
      'ecdsa-p384': signer(pemOf(ec('secp384r1').privateKey, 'pkcs8')),
      ed25519: signer(pemOf(generateKeyPairSync('ed25519').privateKey, 'pkcs8')),
    },
    encryption: {
      rsa: reader(rsa(2048)),
      p256: reader(ec('prime256v1')),
      x25519: reader(generateKeyPairSync('x25519')),
    },
  };
}

function pemOf(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string {
  return String(key.export({ format: 'pem', type } as { format: 'pem'; type: 'pkcs8' }));
}

function reader({
  privateKey,
  publicKey,
}: {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}) {
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const publicPem = String(publicKey.export({ format: 'pem', type: 'spki' }));
  return { pem, publicPem, reader: imageReader(pem) };
}
