import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { aesCtr } from '#codecs/aes-ctr.ts';
import { unwrapAesKey, wrapAesKey } from '#codecs/aes-key-wrap.ts';
import { buildMcubootImage, layOutMcubootImage } from '#codecs/mcuboot-build.ts';
import { decryptMcubootImage, encryptMcubootImage, padToBlock } from '#codecs/mcuboot-encryption.ts';
import { encodeMcubootImage, isDefect, type McubootImage, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { imageReader, imageRecipient, keyEncryptionKey } from '#codecs/mcuboot-recipient.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { encodeOaep, encryptOaep } from '#codecs/rsa-oaep.ts';
import { InternalError } from '#core/errors.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const pem = (key: ReturnType<typeof createPrivateKey>) =>
  String(key.export({ format: 'pem', type: 'pkcs8' }));
const key = mcubootKey(testSigningKey('encrypted').pem);
const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const p256 = pem(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const x25519 = pem(generateKeyPairSync('x25519').privateKey);
const kek = keyEncryptionKey(new Uint8Array(32).fill(9));
const build = { version: versionOf('1.0.0'), payload: new Uint8Array(100).fill(5), securityCounter: 3, key };
const seed = new Uint8Array(32).fill(1);

const schemes = [
  ['RSA-OAEP', TLV.encRsa2048, 256, imageRecipient(rsa), imageReader(rsa)],
  ['AES-KW', TLV.encKeyWrap, 8, kek, kek],
  ['ECIES P-256', TLV.encEc256, 97, imageRecipient(p256), imageReader(p256)],
  ['ECIES X25519', TLV.encX25519, 64, imageRecipient(x25519), imageReader(x25519)],
  [
    'ECIES X25519 with SHA-512',
    TLV.encX25519Sha512,
    96,
    imageRecipient(x25519, 'sha512'),
    imageReader(x25519),
  ],
] as const;

function parsed(bytes: Uint8Array): McubootImage {
  const image = parseMcubootImage(bytes);
  return isDefect(image) ? assert.fail(JSON.stringify(image)) : image;
}

describe('AES for images', () => {
  it('wraps keys as RFC 3394 section 4 does', () => {
    const key128 = hex('00112233445566778899aabbccddeeff');
    const wrapped128 = hex('1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5');
    const kek128 = hex('000102030405060708090a0b0c0d0e0f');
    assert.deepEqual(wrapAesKey(key128, kek128), wrapped128);
    assert.deepEqual(unwrapAesKey(wrapped128, kek128), key128);
    const kek256 = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
    const key256 = hex('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f');
    const wrapped256 = hex(
      '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    );
    assert.deepEqual(wrapAesKey(key256, kek256), wrapped256);
    assert.equal(unwrapAesKey(wrapped256.toReversed(), kek256), null);
    assert.equal(unwrapAesKey(wrapped256.subarray(1), kek256), null);
  });

  it('runs CTR from block zero, as SP 800-38A counts', () => {
    // AES-128 of the zero block under the zero key (FIPS 197 known answer).
    assert.deepEqual(aesCtr(new Uint8Array(16), new Uint8Array(16)), hex('66e94bd4ef8a2c3b884cfa59ca342b2e'));
  });

  it('refuses an OAEP message that does not fit', () => {
    assert.throws(() => encodeOaep(new Uint8Array(191), new Uint8Array(32), 256), InternalError);
    assert.throws(() => encodeOaep(new Uint8Array(16), new Uint8Array(31), 256), InternalError);
    assert.equal(encodeOaep(new Uint8Array(190), new Uint8Array(32), 256).length, 256);
  });
});

describe('Encrypted MCUboot image', () => {
  for (const [name, type, overhead, recipient, reader] of schemes) {
    for (const length of [16, 32]) {
      it(`${name}, AES-${length * 8}: encrypts and reads back`, () => {
        const imageKey = new Uint8Array(length).fill(0xa5);
        const bytes = buildMcubootImage({ ...build, encryption: { recipient, imageKey, seed } });
        const image = parsed(bytes);
        const entry = image.unprotectedTlvs.at(-1) ?? assert.fail('no entry');
        assert.equal(entry.type, type);
        assert.equal(entry.value.length, type === TLV.encRsa2048 ? 256 : overhead + length);
        assert.equal(image.header.flags, length === 16 ? 4 : 8);
        assert.deepEqual(reader.unwrap(entry), imageKey);
        const plain = decryptMcubootImage(image, [reader]);
        if ('trouble' in plain) assert.fail(plain.trouble);
        assert.deepEqual(plain.payload, padToBlock(build.payload, 0x200));
        assert.ok(!Buffer.from(bytes).includes(Buffer.from(build.payload)));
        assert.ok(verifyMcubootImage(bytes, { keys: [key], readers: [reader] }).valid);
        assert.deepEqual(buildMcubootImage({ ...build, encryption: { recipient, imageKey, seed } }), bytes);
      });
    }
  }

  it('says why it cannot be read', () => {
    const recipient = imageRecipient(x25519);
    const image = layOutMcubootImage({ ...build, encryption: { recipient, imageKey: seed, seed } });
    const trouble = (changed: McubootImage, reader = imageReader(x25519)) => {
      const read = decryptMcubootImage(changed, [reader]);
      return 'trouble' in read ? read.trouble : 'none';
    };
    assert.equal(trouble(image), 'none');
    assert.equal(trouble(image, imageReader(p256)), 'not-for-this-key');
    const { header, unprotectedTlvs } = image;
    assert.equal(trouble({ ...image, unprotectedTlvs: unprotectedTlvs.slice(0, 3) }), 'no-key-entry');
    const twice = unprotectedTlvs.concat(unprotectedTlvs.slice(3));
    assert.equal(trouble({ ...image, unprotectedTlvs: twice }), 'several-key-entries');
    assert.equal(trouble({ ...image, header: { ...header, flags: 4 } }), 'key-length');
    assert.equal(trouble({ ...image, header: { ...header, flags: 0 } }), 'none');
  });

  it('stays readable in a primary slot, key entry and all', () => {
    const encryption = { recipient: kek, imageKey: seed, seed, clear: true };
    const bytes = buildMcubootImage({ ...build, encryption });
    assert.ok(Buffer.from(bytes).includes(Buffer.from(build.payload)));
    const { valid, checks } = verifyMcubootImage(bytes, { keys: [key] });
    assert.ok(valid);
    assert.equal(checks.find(({ check }) => check === 'decryption')?.result, 'holds');
  });

  it('reads any key entry without a throw, and never one that was changed', () => {
    const entries = schemes.map(([, , , recipient, reader]) => ({ tlv: recipient.wrap(seed, seed), reader }));
    const drawn = fc.constantFrom(...entries);
    fc.assert(
      fc.property(drawn, drawn, fc.nat(400), fc.integer({ min: 1, max: 255 }), (one, other, at, change) => {
        const value = one.tlv.value.slice();
        value[at % value.length] = (value[at % value.length] ?? 0) ^ change;
        const read = other.reader.unwrap({ ...one.tlv, value });
        // The top bit of an X25519 coordinate is ignored (RFC 7748 section 5).
        if (!(at % value.length === 31 && change === 0x80)) assert.equal(read, null);
      }),
    );
    const type = fc.constantFrom(...schemes.map(([, number]) => number));
    fc.assert(
      fc.property(
        type,
        fc.uint8Array({ maxLength: 260 }),
        fc.constantFrom(...entries),
        (kind, value, { reader }) => {
          assert.equal(reader.unwrap({ type: kind, value }), null);
        },
      ),
    );
  });

  it('gives its bytes back after decryption and encryption anew', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 99 }),
        fc.integer({ min: 32, max: 90 }),
        (payload, headerSize) => {
          const encryption = { recipient: kek, imageKey: seed, seed };
          const image = layOutMcubootImage({ ...build, key: null, payload, headerSize, encryption });
          const plain = decryptMcubootImage(image, [kek]);
          if ('trouble' in plain) assert.fail(plain.trouble);
          const bare = { ...plain, unprotectedTlvs: plain.unprotectedTlvs.slice(0, -1) };
          assert.deepEqual(
            encodeMcubootImage(encryptMcubootImage(bare, encryption)),
            encodeMcubootImage(image),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('refuses keys that cannot carry image keys, without repeating them', () => {
    const rsa3072 = pem(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey);
    for (const make of [
      () => imageRecipient(rsa3072),
      () => imageReader(rsa3072),
      () => imageRecipient(p256, 'sha512'),
      () => imageReader('not a key'),
      () => keyEncryptionKey(new Uint8Array(15)),
    ]) {
      assert.throws(
        make,
        (error: Error) => error.name === 'UsageError' && !error.message.includes(rsa3072.slice(40, 60)),
      );
    }
  });

  it('takes what another implementation of OAEP made', () => {
    const object = createPrivateKey(rsa);
    const value = encryptOaep(seed, object, 256, seed);
    assert.deepEqual(imageReader(rsa).unwrap({ type: TLV.encRsa2048, value }), seed);
    assert.equal(
      imageReader(rsa).unwrap({
        type: TLV.encRsa2048,
        value: encryptOaep(seed.subarray(1), object, 256, seed),
      }),
      null,
    );
  });
});
