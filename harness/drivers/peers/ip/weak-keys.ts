import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { FuzzCase } from '#core/verbs.ts';
import { ALWAYS } from '#codecs/test-authority.ts';
import { certificatePem, encodeCertificate, rsaSigner } from '#codecs/x509.ts';
import { Issuer, type HttpsPlace } from '#codecs/test-issuer.ts';
import { scripted } from '#fuzz/https-place.ts';

const OLD_ROOT = 'Old test authority';

const spkiOf = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'spki' });
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

/** Keys that are too small, and signatures over MD5; made at run time, as nothing else needs RSA that small. */
export function weakKeyCases(place: HttpsPlace): {
  readonly roots: string;
  readonly cases: readonly FuzzCase[];
} {
  const issuer = new Issuer(place);
  const old = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'prime192v1' });
  const root = { subject: OLD_ROOT, issuer: OLD_ROOT, serial: 1, ...ALWAYS, authority: true };
  const shown = (name: string, chain: string, key: KeyObject, trusted: string) =>
    scripted(name, { tls: { chain, key: pemOf(key) } }, `trusted ${trusted}`);
  const byOld = (hash: 'sha1' | 'md5') =>
    issuer.leaf({ issuer: OLD_ROOT, publicKey: spkiOf(old.publicKey) }, rsaSigner(old.privateKey, hash));
  return {
    roots: certificatePem(
      encodeCertificate({ ...root, publicKey: spkiOf(old.publicKey) }, rsaSigner(old.privateKey)),
    ),
    cases: [
      shown(
        'RSA of 1024 bits',
        issuer.leaf({ publicKey: spkiOf(small.publicKey) }),
        small.privateKey,
        'RSA of 1024 bits',
      ),
      shown(
        'a curve of 192 bits',
        issuer.leaf({ publicKey: spkiOf(curve.publicKey) }),
        curve.privateKey,
        'a curve of 192 bits',
      ),
      shown('signed with RSA over SHA-1', byOld('sha1'), old.privateKey, 'a signature over SHA-1'),
      shown('signed with RSA over MD5', byOld('md5'), old.privateKey, 'a signature over MD5'),
    ],
  };
}
