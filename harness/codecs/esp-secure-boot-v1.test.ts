import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeV1Trailer,
  encodeV1Trailer,
  signEspImageV1,
  V1_TRAILER_LENGTH,
  v1KeyDigestOfPem,
  v1SignatureFits,
} from '#codecs/esp-secure-boot-v1.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';

/** RFC 6979 A.2.5 again: its key, and its signature of "sample" with SHA-256. */
const PEM = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49
AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8
maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END EC PRIVATE KEY-----
`;
const SIGNATURE =
  'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8';

const SAMPLE = new Uint8Array(Buffer.from('sample'));

describe('Secure Boot V1', () => {
  it('signs as RFC 6979 says, r and s big-endian behind a zero word', () => {
    const signed = signEspImageV1(SAMPLE, PEM);
    assert.equal(Buffer.from(signed.subarray(6)).toString('hex'), `00000000${SIGNATURE}`);
    assert.ok(v1SignatureFits(SAMPLE, decodeV1Trailer(signed.subarray(6)), PEM));
    assert.match(v1KeyDigestOfPem(PEM), /^[0-9a-f]{64}$/);
  });

  it('refuses another message, another version, another signature', () => {
    const trailer = decodeV1Trailer(signEspImageV1(SAMPLE, PEM).subarray(6));
    assert.equal(v1SignatureFits(Uint8Array.of(...SAMPLE, 0), trailer, PEM), false);
    assert.equal(v1SignatureFits(SAMPLE, { ...trailer, version: 1 }, PEM), false);
    assert.equal(v1SignatureFits(SAMPLE, { ...trailer, signature: new Uint8Array(64) }, PEM), false);
    assert.equal(v1SignatureFits(SAMPLE, { ...trailer, signature: new Uint8Array() }, PEM), false);
  });

  it('takes P-256 keys only', () => {
    const { pem } = testKeys.signing;
    const trailer = { version: 0, signature: new Uint8Array(64) };
    for (const use of [
      () => signEspImageV1(SAMPLE, pem),
      () => v1SignatureFits(SAMPLE, trailer, pem),
      () => v1KeyDigestOfPem(pem),
    ]) {
      assert.throws(use, { name: 'UsageError', code: 'esp-v1-key', got: 'rsa-3072' });
    }
  });

  it('keeps every byte of a trailer, and refuses other lengths', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        if (bytes.length === V1_TRAILER_LENGTH) {
          assert.deepEqual(encodeV1Trailer(decodeV1Trailer(bytes)), bytes);
        } else {
          assert.throws(() => decodeV1Trailer(bytes), { name: 'PeerError', code: 'esp-v1-trailer' });
        }
      }),
    );
    const exact = fc.uint8Array({ minLength: V1_TRAILER_LENGTH, maxLength: V1_TRAILER_LENGTH });
    fc.assert(
      fc.property(exact, (bytes) => {
        assert.deepEqual(encodeV1Trailer(decodeV1Trailer(bytes)), bytes);
      }),
    );
  });
});
