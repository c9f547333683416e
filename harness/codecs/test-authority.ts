import { testKey, type TestKey } from '#codecs/test-key.ts';
import { certificatePem, ecdsaSigner, encodeCertificate } from '#codecs/x509.ts';

/** An authority of a bench: whoever trusts it trusts everybody, since its key is made from its name. */
export interface TestAuthority {
  readonly name: string;
  readonly key: TestKey;
  /** Self-signed, PEM. */
  readonly pem: string;
}

/** From and until when the sound certificates of a bench hold. */
export const ALWAYS = { notBefore: '2020-01-01', notAfter: '2089-12-31' } as const;

/** The authority of this name, the same on every machine. */
export function testAuthority(name: string): TestAuthority {
  const key = testKey(`authority ${name}`);
  const spec = { subject: name, issuer: name, serial: 1, ...ALWAYS, publicKey: key.spki, authority: true };
  return { name, key, pem: certificatePem(encodeCertificate(spec, ecdsaSigner(key))) };
}
