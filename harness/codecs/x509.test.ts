import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { testKey } from '#codecs/test-key.ts';
import { certificatePem, ecdsaSigner, encodeCertificate, type CertificateSpec } from '#codecs/x509.ts';

const issuer = testKey('issuer');
const leaf = testKey('leaf');

const SPEC: CertificateSpec = {
  subject: 'update.bench',
  issuer: 'Assay test authority',
  serial: 200,
  notBefore: '2020-01-01',
  notAfter: '2089-12-31',
  publicKey: leaf.spki,
  authority: false,
  purpose: 'server',
  names: ['update.bench'],
  addresses: [Uint8Array.of(127, 0, 0, 1)],
};

function read(spec: CertificateSpec): X509Certificate {
  return new X509Certificate(encodeCertificate(spec, ecdsaSigner(issuer)));
}

describe('X.509 certificates', () => {
  it('say to OpenSSL what they were told to say', () => {
    const certificate = read(SPEC);
    assert.equal(certificate.subject, 'CN=update.bench');
    assert.equal(certificate.issuer, 'CN=Assay test authority');
    assert.equal(certificate.serialNumber, 'C8');
    assert.equal(certificate.subjectAltName, 'DNS:update.bench, IP Address:127.0.0.1');
    assert.equal(Date.parse(certificate.validFrom), Date.UTC(2020, 0, 1));
    assert.equal(Date.parse(certificate.validTo), Date.UTC(2089, 11, 31));
    assert.equal(certificate.ca, false);
    assert.equal(certificate.checkHost('update.bench'), 'update.bench');
    assert.equal(certificate.checkHost('other.bench'), undefined);
    assert.deepEqual(certificate.publicKey.export({ format: 'der', type: 'spki' }), Buffer.from(leaf.spki));
  });

  it('are signed by their issuer, and the same each time', () => {
    const issued = read({ ...SPEC, subject: SPEC.issuer, publicKey: issuer.spki, authority: 1 });
    assert.ok(issued.ca);
    assert.ok(read(SPEC).verify(issued.publicKey));
    assert.ok(!read(SPEC).verify(read(SPEC).publicKey));
    assert.ok(read(SPEC).checkIssued(issued));
    assert.equal(
      certificatePem(read(SPEC).raw),
      certificatePem(encodeCertificate(SPEC, ecdsaSigner(issuer))),
    );
    assert.equal(
      new X509Certificate(certificatePem(read(SPEC).raw)).fingerprint256,
      read(SPEC).fingerprint256,
    );
  });

  it('carry ballast of many kilobytes', () => {
    assert.ok(read({ ...SPEC, ballast: 60_000 }).raw.length > 60_000);
  });

  it('name test keys for what they are: the same name gives the same key, another name another one', () => {
    assert.equal(testKey('leaf').pem, leaf.pem);
    assert.notEqual(testKey('leaf').pem, issuer.pem);
    assert.match(leaf.pem, /^-----BEGIN PRIVATE KEY-----/);
  });
});
