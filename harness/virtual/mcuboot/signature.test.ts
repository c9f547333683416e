import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { inRange, readSignature, verifyHalves, verifyReduced } from '#virtual/mcuboot/signature.ts';
import { signatureHolds, type Verifier } from '#virtual/mcuboot/verify.ts';

const KEY = mcubootKey(testSigningKey('signature test').pem);
const DIGEST = createHash('sha256').update('some image').digest();
const OTHER = createHash('sha256').update('another image').digest();
const GOOD = KEY.sign(DIGEST);
const N = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const SOUND: Verifier = { scheme: 'ecdsa-p256', malformed: false, result: false, range: false };

function der(...halves: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(halves.map((half) => Buffer.concat([Buffer.of(2, half.length), half])));
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

const halvesOf = (bytes: Uint8Array) => readSignature(bytes) ?? assert.fail('cannot be read');

describe('MCUboot signatures', () => {
  it('takes a good signature over its digest alone', () => {
    assert.ok(signatureHolds(DIGEST, GOOD, KEY.publicDer, SOUND));
    assert.ok(!signatureHolds(OTHER, GOOD, KEY.publicDer, SOUND));
    assert.ok(!verifyHalves(DIGEST, halvesOf(GOOD), GOOD), 'not a key');
  });

  it('reads as TinyCrypt’s port does: the last 32 bytes of a long integer, and nothing behind the second', () => {
    const { r, s } = halvesOf(GOOD);
    const long = der(Buffer.concat([Buffer.from('0102030405', 'hex'), r]), s);
    assert.ok(signatureHolds(DIGEST, long, KEY.publicDer, SOUND));
    const trailing = Buffer.concat([GOOD, Buffer.from('garbage')]);
    assert.ok(signatureHolds(DIGEST, trailing, KEY.publicDer, SOUND));
    assert.deepEqual(halvesOf(der(Buffer.of(5), new Uint8Array())), {
      r: Uint8Array.from([...new Uint8Array(31), 5]),
      s: new Uint8Array(32),
    });
  });

  it('takes the other half of s as well: both are the signer’s', () => {
    const { r, s } = halvesOf(GOOD);
    const flipped = BigInt(`0x${N.toString('hex')}`) - BigInt(`0x${Buffer.from(s).toString('hex')}`);
    const other = Buffer.from(flipped.toString(16).padStart(64, '0'), 'hex');
    assert.ok(signatureHolds(DIGEST, der(Buffer.concat([Buffer.of(0), r]), other), KEY.publicDer, SOUND));
  });

  for (const [what, bytes] of [
    ['zeros', der(Buffer.of(0), Buffer.of(0))],
    ['the order of the curve', der(Buffer.concat([Buffer.of(0), N]), Buffer.concat([Buffer.of(0), N]))],
  ] as const) {
    it(`refuses ${what} for r and s; only a verifier without range check takes it, for any digest`, () => {
      assert.ok(!inRange(halvesOf(bytes)));
      assert.ok(!signatureHolds(OTHER, bytes, KEY.publicDer, SOUND));
      assert.ok(signatureHolds(OTHER, bytes, KEY.publicDer, { ...SOUND, range: true }));
    });
  }

  it('a verifier that reduces r and s still tells a wrong signature', () => {
    assert.ok(verifyReduced(DIGEST, halvesOf(GOOD), KEY.publicDer));
    assert.ok(!verifyReduced(OTHER, halvesOf(GOOD), KEY.publicDer));
  });

  for (const [what, bytes] of [
    ['nothing', new Uint8Array()],
    ['another tag', Buffer.concat([Buffer.of(0x31), GOOD.subarray(1)])],
    ['a length that leaves the entry', der(Buffer.of(1)).subarray(0, 4)],
    ['one integer', der(Buffer.of(1))],
    ['an endless length', Buffer.of(0x30, 0x80, 2, 1, 1, 2, 1, 1)],
    ['a length of five bytes', Buffer.of(0x30, 0x85, 0, 0, 0, 0, 6, 2, 1, 1, 2, 1, 1)],
  ] as const) {
    it(`cannot read ${what}; only a caller that takes errors for success runs it`, () => {
      assert.equal(readSignature(bytes), null);
      assert.ok(!signatureHolds(DIGEST, bytes, KEY.publicDer, SOUND));
      assert.ok(!signatureHolds(DIGEST, bytes, KEY.publicDer, { ...SOUND, result: true }));
      assert.ok(signatureHolds(DIGEST, bytes, KEY.publicDer, { ...SOUND, malformed: true }));
    });
  }

  it('reads a length in its long form', () => {
    const long = Buffer.concat([Buffer.of(0x30, 0x81, GOOD.length - 2), GOOD.subarray(2)]);
    assert.deepEqual(readSignature(long), readSignature(GOOD));
  });

  it('takes no other signature, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        assert.ok(!signatureHolds(DIGEST, bytes, KEY.publicDer, SOUND));
      }),
    );
  });

  describe('of RSA-2048', () => {
    const RSA: Verifier = { ...SOUND, scheme: 'rsa-2048' };
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
    });
    const key = mcubootKey(String(pem));
    const good = key.sign(DIGEST);

    it('are taken over their digest and by their key alone', () => {
      assert.ok(signatureHolds(DIGEST, good, key.publicDer, RSA));
      assert.ok(!signatureHolds(OTHER, good, key.publicDer, RSA));
      assert.ok(!signatureHolds(DIGEST, good, KEY.publicDer, RSA), 'a key of another kind');
      assert.ok(signatureHolds(OTHER, good, key.publicDer, { ...RSA, result: true }));
    });

    it('are none where a single bit differs, or where they are of the other scheme', () => {
      const bit = fc.record({ at: fc.nat(good.length - 1), mask: fc.nat(7) });
      fc.assert(
        fc.property(bit, ({ at, mask }) => {
          const bytes = good.map((byte, index) => (index === at ? byte ^ (1 << mask) : byte));
          assert.ok(!signatureHolds(DIGEST, bytes, key.publicDer, RSA));
        }),
      );
      assert.ok(!signatureHolds(DIGEST, GOOD, key.publicDer, RSA));
      assert.ok(!signatureHolds(DIGEST, good, key.publicDer, SOUND));
    });
  });
});
