import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { realFile, REAL_BUILDS } from '#codecs/esp-firmware.fixture.ts';
import { encodeEspImage, parseEspImage } from '#codecs/esp-image.ts';
import { appendBlocks, keyDigestOfPem, signEspImage } from '#codecs/esp-secure-boot.ts';
import { signEspImageV1, v1KeyDigestOfPem } from '#codecs/esp-secure-boot-v1.ts';
import { parseSignatureSector, withBlockCrc } from '#codecs/esp-signature-block.ts';
import { verifyEspImage, type EspVerification } from '#codecs/esp-verify.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';
import { buildImage } from '../../boards/esp32-devkitc/firmware.ts';

const signed = buildImage({ version: '1.0.0', payloadSize: 1024 }).bytes;
const plain = signed.slice(0, -4096);
const p256 = ecPem('prime256v1');
const TRUSTED = [testKeys.signing.id];

function ecPem(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
}

function failing({ checks }: EspVerification): readonly string[] {
  return checks.filter(({ result }) => result === 'fails').map(({ name }) => name);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
}

describe('verifying ESP-IDF images', () => {
  for (const build of REAL_BUILDS) {
    it(`finds ${build} sound, and unsigned`, function () {
      for (const file of ['hello_world.bin', 'bootloader.bin']) {
        const verdict = verifyEspImage(realFile(this, build, file));
        assert.ok(verdict.ok, JSON.stringify(verdict.checks));
        assert.equal(verifyEspImage(realFile(this, build, file), { trusted: TRUSTED }).ok, false);
      }
    });
  }

  it('names the key of each block of each scheme', () => {
    const pems = [testKeys.signing.pem, ecPem('prime192v1'), ecPem('secp384r1')];
    const { ok, blocks } = verifyEspImage(signEspImage(plain, ...pems), {
      trusted: [keyDigestOfPem(pems[2] ?? '').toUpperCase()],
    });
    assert.ok(ok);
    assert.deepEqual(
      blocks.map(({ index, scheme, holds, isTrusted, keyDigest }) => [
        index,
        scheme,
        holds,
        isTrusted,
        keyDigest,
      ]),
      [
        [0, 'rsa-3072', true, false, keyDigestOfPem(pems[0] ?? '')],
        [1, 'ecdsa-p192', true, false, keyDigestOfPem(pems[1] ?? '')],
        [2, 'ecdsa-p384', true, true, keyDigestOfPem(pems[2] ?? '')],
      ],
    );
  });

  it('trusts no other key, and says nothing of trust when not asked', () => {
    const foreign = signEspImage(plain, testKeys.foreign.pem);
    assert.deepEqual(failing(verifyEspImage(foreign, { trusted: TRUSTED })), ['signature-v2']);
    const unasked = verifyEspImage(foreign);
    assert.ok(unasked.ok);
    assert.equal(unasked.blocks[0]?.isTrusted, null);
  });

  it('says which part of a block is wrong', () => {
    const [block = assert.fail()] = parseSignatureSector(signed.subarray(plain.length));
    const [other = assert.fail()] = parseSignatureSector(
      signEspImage(plain.slice(0, 4096), testKeys.signing.pem).subarray(4096),
    );
    const parts = (blocks: Parameters<typeof appendBlocks>[1]) =>
      verifyEspImage(appendBlocks(plain, blocks)).blocks.map(({ crc, digest, signature, holds }) => [
        crc,
        digest,
        signature,
        holds,
      ]);
    assert.deepEqual(parts([{ ...block, crc: 1 }]), [[false, true, true, false]]);
    assert.deepEqual(parts([withBlockCrc({ ...block, digest: other.digest })]), [[true, false, true, false]]);
    assert.deepEqual(parts([withBlockCrc({ ...block, signature: other.signature })]), [
      [true, true, false, false],
    ]);
    assert.deepEqual(parts([other]), [[true, false, false, false]]);
    assert.equal(verifyEspImage(appendBlocks(plain, [other, block])).ok, true, 'one good block is enough');
  });

  it('checks a V1 trailer with the keys it is given, public or private', () => {
    const v1 = signEspImageV1(plain, p256);
    const publicPem = String(createPublicKey(createPrivateKey(p256)).export({ format: 'pem', type: 'spki' }));
    const verdict = verifyEspImage(v1, { v1Keys: [ecPem('prime256v1'), publicPem] });
    assert.ok(verdict.ok);
    assert.equal(
      verdict.checks.find(({ name }) => name === 'signature-v1')?.detail,
      `by key ${v1KeyDigestOfPem(p256)}`,
    );
    assert.deepEqual(failing(verifyEspImage(v1, { v1Keys: [ecPem('prime256v1')] })), ['signature-v1']);
    assert.equal(verifyEspImage(plain, { v1Keys: [p256] }).ok, false, 'no trailer where one is asked for');
    assert.ok(verifyEspImage(new Uint8Array([...v1, ...new Uint8Array(12)]), { v1Keys: [p256] }).ok);
  });

  it('tells checksum, hash, header and segments apart', () => {
    const image = parseEspImage(plain);
    const body = (change: Partial<typeof image>) => verifyEspImage(encodeEspImage({ ...image, ...change }));
    assert.deepEqual(failing(body({ digest: new Uint8Array(32) })), ['hash']);
    assert.deepEqual(failing(body({ checksum: image.checksum ^ 1 })), ['checksum', 'hash']);
    assert.deepEqual(failing(body({ padding: image.padding.map(() => 1) })), ['segments', 'hash']);
    assert.deepEqual(failing(body({ header: { ...image.header, chipId: 77 } })), ['header', 'hash']);
    assert.deepEqual(failing(verifyEspImage(plain, { chipId: 5 })), ['header']);
    assert.ok(verifyEspImage(plain, { chipId: 0 }).ok);
    assert.deepEqual(failing(verifyEspImage(flipped(plain, 0x200))), ['checksum', 'hash']);
    const bare = body({ header: { ...image.header, hashAppended: 0 }, digest: null });
    assert.equal(bare.checks.find(({ name }) => name === 'hash')?.result, 'absent');
  });

  it('answers any bytes, as plain JSON', () => {
    assert.deepEqual(failing(verifyEspImage(new Uint8Array())), ['header']);
    const edit = fc.tuple(fc.nat(0x500), fc.nat(255));
    const start = signed.slice();
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(signed.length), (edits, length) => {
        const bytes = start.slice(0, length);
        for (const [at, value] of edits) if (at < length) bytes[at] = value;
        const verdict = verifyEspImage(bytes, { trusted: TRUSTED });
        assert.deepEqual(JSON.parse(JSON.stringify(verdict)), verdict);
        assert.ok(!verdict.ok || Buffer.compare(bytes, signed) === 0);
      }),
      { numRuns: 60 },
    );
  });
});
