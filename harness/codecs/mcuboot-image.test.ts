import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { buildMcubootImage, layOutMcubootImage, resign, signatureTlvs } from '#codecs/mcuboot-build.ts';
import {
  encodeMcubootImage,
  findTlv,
  hashedBytes,
  imageIdentity,
  isDefect,
  type McubootImage,
  parseMcubootImage,
} from '#codecs/mcuboot-image.ts';
import { mcubootKey, testSigningKey, verifyDigest } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { sha256 } from '@noble/hashes/sha2.js';

const key = mcubootKey(testSigningKey('one').pem);

const anyTlv = fc.record(
  { type: fc.integer({ min: 0, max: 0xfffe }), value: fc.uint8Array({ maxLength: 40 }) },
  { noNullPrototype: true },
);

const anyImage: fc.Arbitrary<McubootImage> = fc
  .record({
    payload: fc.uint8Array({ maxLength: 200 }),
    headerSize: fc.integer({ min: 32, max: 80 }),
    version: fc.record({
      major: fc.nat(0xff),
      minor: fc.nat(0xff),
      revision: fc.nat(0xffff),
      build: fc.nat(0xffff_ffff),
    }),
    flags: fc.nat(0xffff),
    protectedTlvs: fc.array(anyTlv, { maxLength: 4 }),
    rest: fc.uint8Array({ maxLength: 20 }),
  })
  .map((drawn) =>
    Object.assign(layOutMcubootImage(Object.assign(drawn, { key: null })), { rest: drawn.rest }),
  );

function parsed(bytes: Uint8Array): McubootImage {
  const image = parseMcubootImage(bytes);
  if (isDefect(image)) assert.fail(JSON.stringify(image));
  return image;
}

describe('MCUboot image', () => {
  it('starts with the documented header', () => {
    const bytes = buildMcubootImage({
      version: versionOf('1.2.3+4'),
      payload: new Uint8Array(1000),
      securityCounter: 7,
      classId: new Uint8Array(16),
      key,
    });
    assert.equal(
      Buffer.from(bytes.subarray(0, 34)).toString('hex'),
      '3db8f396' +
        '00000000' +
        '00022000' +
        'e8030000' +
        '00000000' +
        '01020300' +
        '04000000' +
        '00000000ffff',
    );
    assert.equal(Buffer.from(bytes.subarray(1512, 1528)).toString('hex'), '08692000500004000700000075001000');
  });

  it('gives its bytes back when taken apart and put together', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const bytes = encodeMcubootImage(image);
        assert.deepEqual(encodeMcubootImage(parsed(bytes)), bytes);
      }),
    );
  });

  it('shares no memory with what it was made from', () => {
    const bytes = Buffer.from(
      buildMcubootImage({ version: versionOf('1.0.0'), payload: new Uint8Array(40), key }),
    );
    const image = parsed(bytes);
    bytes.fill(0);
    assert.equal(imageIdentity(image), Buffer.from(sha256(hashedBytes(image))).toString('hex'));
    assert.equal(Object.getPrototypeOf(encodeMcubootImage(image)), Uint8Array.prototype);
  });

  it('never throws, whatever the bytes', () => {
    const hostile = fc
      .tuple(anyImage, fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { maxLength: 6 }), fc.nat(500))
      .map(([image, edits, cut]) => {
        const bytes = encodeMcubootImage(image).slice();
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        return bytes.subarray(0, Math.max(0, bytes.length - (cut > 250 ? cut - 250 : 0)));
      });
    fc.assert(
      fc.property(hostile, (bytes) => {
        const image = parseMcubootImage(bytes);
        if (!isDefect(image)) assert.deepEqual(encodeMcubootImage(image), bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('names the field that does not hold', () => {
    const good = layOutMcubootImage({
      version: versionOf('1.0.0'),
      payload: new Uint8Array(8),
      securityCounter: 1,
      key,
    });
    const lie = (change: Partial<McubootImage['header']>) =>
      parseMcubootImage(encodeMcubootImage({ ...good, header: { ...good.header, ...change } }));
    const defect = (image: ReturnType<typeof parseMcubootImage>) => (isDefect(image) ? image.defect : 'none');
    assert.equal(defect(parseMcubootImage(new Uint8Array(31))), 'too-short');
    assert.equal(defect(lie({ magic: 0x96f3b83c })), 'header-magic');
    assert.equal(defect(lie({ headerSize: 31 })), 'header-size');
    assert.equal(defect(lie({ imageSize: 0xffffffff })), 'image-size');
    assert.equal(defect(lie({ imageSize: 7 })), 'tlv-magic');
    assert.equal(defect(lie({ protectedSize: 13 })), 'protected-size');
    assert.equal(defect(lie({ protectedSize: 0 })), 'tlv-magic');
    const area = (total: number) =>
      parseMcubootImage(encodeMcubootImage(good, { unprotectedArea: { total } }));
    assert.equal(defect(area(3)), 'tlv-total');
    assert.equal(defect(area(0xffff)), 'tlv-total');
    assert.equal(defect(area(5)), 'tlv-length');
  });
});

describe('MCUboot signature', () => {
  const image = layOutMcubootImage({
    version: versionOf('1.0.0'),
    payload: new Uint8Array(100).fill(7),
    key,
  });

  it('covers header, padding, payload and protected area', () => {
    const digest = sha256(hashedBytes(image));
    assert.equal(imageIdentity(image), Buffer.from(digest).toString('hex'));
    const signature = findTlv(image, TLV.ecdsaSignature) ?? assert.fail('no signature');
    assert.ok(verifyDigest(digest, signature, key.publicDer));
    assert.deepEqual(findTlv(image, TLV.keyHash), sha256(key.publicDer));
  });

  it('is deterministic, and another key gives another', () => {
    const other = mcubootKey(testSigningKey('two').pem);
    assert.deepEqual(signatureTlvs(image, key), signatureTlvs(image, key));
    const foreign = resign(image, other);
    const signature = findTlv(foreign, TLV.ecdsaSignature) ?? assert.fail('no signature');
    const digest = sha256(hashedBytes(foreign));
    assert.ok(verifyDigest(digest, signature, other.publicDer));
    assert.equal(verifyDigest(digest, signature, key.publicDer), false);
  });

  it('is made again after a change, entries keeping their places', () => {
    const changed = { ...image, payload: new Uint8Array(100).fill(8) };
    const again = resign({ ...changed, unprotectedTlvs: changed.unprotectedTlvs.toReversed() }, key);
    assert.deepEqual(
      again.unprotectedTlvs.map(({ type }) => type),
      [TLV.ecdsaSignature, TLV.keyHash, TLV.sha256],
    );
    assert.equal(imageIdentity(again), Buffer.from(sha256(hashedBytes(changed))).toString('hex'));
  });

  it('verification takes any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 95 }),
        (signature, publicDer) => {
          assert.equal(verifyDigest(new Uint8Array(32), signature, key.publicDer), false);
          assert.equal(verifyDigest(new Uint8Array(32), signature, publicDer), false);
        },
      ),
    );
  });
});
