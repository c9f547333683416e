import type { FuzzCase } from '#core/verbs.ts';
import { ALWAYS, testAuthority } from '#codecs/test-authority.ts';
import { testKey } from '#codecs/test-key.ts';
import { certificatePem, ecdsaSigner, encodeCertificate, type CertificateSpec } from '#codecs/x509.ts';
import { Issuer, type HttpsPlace } from '#codecs/test-issuer.ts';
import { scripted } from '#fuzz/https-place.ts';

/** Issuers between root and server in the longest chain. */
const LONG_CHAIN = 12;
const LARGE = 60_000;

/** An authority below another. */
interface Between {
  readonly name: string;
  readonly secret: string;
  readonly by: string;
  readonly bySecret: string;
  readonly authority?: boolean | number;
}

function issued({ name, secret, by, bySecret, authority = true }: Between): string {
  const spec = {
    subject: name,
    issuer: by,
    serial: 3,
    ...ALWAYS,
    publicKey: testKey(secret).spki,
    authority,
  };
  return certificatePem(encodeCertificate(spec, ecdsaSigner(testKey(bySecret))));
}

/** Certificates that a client must not take for the server it was told to ask, each wrong in one thing. */
export function tlsCertificateCases(place: HttpsPlace): readonly FuzzCase[] {
  const issuer = new Issuer(place);
  const { root, host, serverKey } = issuer;
  const rootSecret = `authority ${root.name}`;
  const stranger = testAuthority('a stranger');
  const shown = (name: string, chain: string, trusted: string) =>
    scripted(name, { tls: issuer.face(chain) }, `trusted ${trusted}`);
  const leaf = (name: string, odd: Partial<CertificateSpec>, trusted: string) =>
    shown(name, issuer.leaf(odd), trusted);
  const below = (name: string, odd: Partial<CertificateSpec> = {}) =>
    issuer.leaf({ issuer: name, ...odd }, ecdsaSigner(testKey(name)));
  const between = (name: string, authority: boolean | number = true, by = root.name, bySecret = rootSecret) =>
    issued({ name, secret: name, by, bySecret, authority });
  return [
    leaf('expired', { notBefore: '2019-01-01', notAfter: '2020-01-01' }, 'an expired certificate'),
    leaf('not yet valid', { notBefore: '2090-01-01', notAfter: '2099-01-01' }, 'a certificate of the future'),
    shown(
      'self-signed',
      issuer.leaf({ issuer: host }, ecdsaSigner(serverKey)),
      'a certificate that its owner signed',
    ),
    shown(
      'unknown authority',
      issuer.leaf({ issuer: stranger.name }, ecdsaSigner(stranger.key)) + stranger.pem,
      'an authority that nobody named',
    ),
    shown(
      'a stranger with the name of the authority',
      issuer.leaf({}, ecdsaSigner(stranger.key)),
      'a signature of another key',
    ),
    leaf('wrong host', { subject: 'other.bench', names: ['other.bench'] }, 'the certificate of another host'),
    leaf(
      'wrong host, right common name',
      { names: ['other.bench'] },
      'the common name beside other alternative names',
    ),
    leaf(
      'too wide a wildcard',
      { names: [`*.${host.split('.').at(-1) ?? ''}`] },
      'a wildcard over a whole domain',
    ),
    leaf('a wildcard alone', { names: ['*'] }, 'a wildcard over everything'),
    leaf('host name with NUL', { names: [`${host}\0.other.bench`] }, 'a name up to its NUL'),
    leaf(
      'an address in the place of the name',
      { names: [], addresses: [Uint8Array.of(10, 9, 8, 7)], subject: 'x' },
      'an address for a name',
    ),
    shown('missing intermediate', below('between'), 'an issuer that was never shown'),
    shown(
      'a leaf as authority',
      below('leaf of other.bench') + between('leaf of other.bench', false),
      'a server as an authority',
    ),
    shown(
      'path too long',
      below('second') + between('second', true, 'first', 'first') + between('first', 0),
      'more issuers than the first allowed',
    ),
    leaf('for clients only', { purpose: 'client' }, 'a certificate for clients'),
    shown('signed with SHA-1', issuer.leaf({}, ecdsaSigner(root.key, 'sha1')), 'a signature over SHA-1'),
    longChain(issuer),
    scripted('a certificate of 60 kB', { tls: issuer.face(issuer.leaf({ ballast: LARGE })) }),
  ];
}

/** Sound, and long: a client may take it or give up, and must live. */
function longChain(issuer: Issuer): FuzzCase {
  const names = Array.from({ length: LONG_CHAIN }, (_, at) => `issuer ${at}`);
  const chain = names.map((name, at) => {
    const by = names[at + 1];
    return by === undefined
      ? issued({ name, secret: name, by: issuer.root.name, bySecret: `authority ${issuer.root.name}` })
      : issued({ name, secret: name, by, bySecret: by });
  });
  const [first = ''] = names;
  const leaf = issuer.leaf({ issuer: first }, ecdsaSigner(testKey(first)));
  return scripted(`a chain of ${LONG_CHAIN + 1}`, { tls: issuer.face(leaf + chain.join('')) });
}
