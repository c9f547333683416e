import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as fc from 'fast-check';
import { buildMcubootImage, layOutMcubootImage, type McubootBuild, resign } from '#codecs/mcuboot-build.ts';
import type { CheckName } from '#codecs/mcuboot-check.ts';
import { encodeMcubootImage, imageIdentity } from '#codecs/mcuboot-image.ts';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { keyHashOf } from '#codecs/mcuboot-public-key.ts';
import { keyEncryptionKey } from '#codecs/mcuboot-recipient.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { UsageError } from '#core/errors.ts';

const p256 = mcubootKey(testSigningKey('verify').pem);
const other = mcubootKey(testSigningKey('verify other').pem);
const ed25519 = fromKey(generateKeyPairSync('ed25519').privateKey);
const p384 = fromKey(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey);
const rsa = fromKey(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey);
const build: McubootBuild = {
  version: versionOf('1.2.3+4'),
  payload: new Uint8Array(64).fill(6),
  securityCounter: 2,
  key: p256,
};

function fromKey(key: KeyObject) {
  return mcubootKey(String(key.export({ format: 'pem', type: 'pkcs8' })));
}

function failing(bytes: Uint8Array, keys = [p256]): readonly CheckName[] {
  const { checks } = verifyMcubootImage(bytes, { keys });
  return checks.filter(({ result }) => result === 'fails').map(({ check }) => check);
}

describe('MCUboot verification', () => {
  const manners: readonly [string, McubootBuild][] = [
    ['ECDSA P-256', build],
    ['ECDSA P-256, padded', { ...build, padSignature: true }],
    ['ECDSA P-384', { ...build, key: p384 }],
    ['RSA-3072', { ...build, key: rsa }],
    ['Ed25519', { ...build, key: ed25519 }],
    ['Ed25519, SHA-512', { ...build, key: ed25519, hash: 'sha512' }],
    ['Ed25519, pure', { ...build, key: ed25519, pure: true }],
    ['the whole key', { ...build, publicKey: 'full' }],
  ];
  for (const [name, manner] of manners) {
    it(`${name}: holds, and by which key; not by another, and not after a change`, () => {
      const image = layOutMcubootImage(manner);
      const bytes = encodeMcubootImage(image);
      const key = manner.key ?? assert.fail('no key');
      const { valid, signedBy, version } = verifyMcubootImage(bytes, { keys: [other, key] });
      assert.ok(valid);
      assert.equal(version, '1.2.3+4');
      assert.deepEqual(signedBy, {
        scheme: key.scheme,
        pure: manner.pure ?? false,
        key: Buffer.from(keyHashOf(key)).toString('hex'),
      });
      assert.deepEqual(failing(bytes, [other]), ['key', 'signature']);
      assert.deepEqual(failing(bytes.with(0x210, 1), [key]), ['hash', 'signature']);
      assert.deepEqual(encodeMcubootImage(resign(image, key)), encodeMcubootImage(resign(image, key)));
      const changed = { ...image, payload: new Uint8Array(64) };
      assert.deepEqual(failing(encodeMcubootImage(resign(changed, key)), [key]), []);
    });
  }

  it('says what cannot be checked', () => {
    const results = (bytes: Uint8Array) =>
      Object.fromEntries(
        verifyMcubootImage(bytes, { keys: [] }).checks.map(({ check, result }) => [check, result]),
      );
    const readable = { header: 'holds', structure: 'holds', 'unprotected-entries': 'holds' };
    assert.deepEqual(results(buildMcubootImage(build)), {
      ...readable,
      decryption: 'absent',
      hash: 'holds',
      key: 'unchecked',
      signature: 'unchecked',
    });
    assert.deepEqual(results(buildMcubootImage({ ...build, key: null })), {
      ...readable,
      decryption: 'absent',
      hash: 'holds',
      key: 'absent',
      signature: 'absent',
    });
    const seed = new Uint8Array(16);
    const encryption = { recipient: keyEncryptionKey(seed), imageKey: seed, seed };
    const encrypted = buildMcubootImage({ ...build, encryption });
    assert.deepEqual(results(encrypted), {
      ...readable,
      decryption: 'unchecked',
      hash: 'unchecked',
      key: 'unchecked',
      signature: 'unchecked',
    });
    assert.equal(verifyMcubootImage(encrypted, { keys: [] }).valid, false);
    const readers = [keyEncryptionKey(new Uint8Array(32))];
    assert.equal(verifyMcubootImage(encrypted, { keys: [p256], readers }).valid, false);
  });

  it('names the check that fails', () => {
    const image = layOutMcubootImage(build);
    const [hash, keyHash, signature] = image.unprotectedTlvs;
    if (hash === undefined || keyHash === undefined || signature === undefined) assert.fail('entries');
    const withTlvs = (...unprotectedTlvs: (typeof hash)[]) =>
      encodeMcubootImage({ ...image, unprotectedTlvs });
    assert.deepEqual(failing(withTlvs(hash, keyHash)), ['signature']);
    assert.deepEqual(failing(withTlvs(keyHash, signature)), ['hash', 'signature']);
    assert.deepEqual(failing(withTlvs(hash, signature)), []);
    const counter = { type: TLV.securityCounter, value: new Uint8Array(4) };
    assert.deepEqual(failing(withTlvs(hash, keyHash, signature, counter)), ['unprotected-entries']);
    assert.deepEqual(failing(withTlvs(hash, { ...hash, value: new Uint8Array(32) }, keyHash, signature)), [
      'hash',
    ]);
    assert.deepEqual(failing(new Uint8Array(40)), ['header']);
    const area = encodeMcubootImage(image, { unprotectedArea: { total: 5 } });
    assert.deepEqual(failing(area), ['structure']);
  });

  it('keeps pure and other signatures apart', () => {
    const image = layOutMcubootImage({ ...build, key: ed25519, hash: 'sha512' });
    const marked = { type: TLV.pureSignature, value: Uint8Array.of(1) };
    const mixed = encodeMcubootImage({ ...image, unprotectedTlvs: [...image.unprotectedTlvs, marked] });
    assert.deepEqual(failing(mixed, [ed25519]), ['signature']);
  });

  it('refuses manners that a scheme has not', () => {
    for (const wrong of [
      { pure: true },
      { hash: 'sha512' },
      { key: ed25519, hash: 'sha384' },
      { key: ed25519, pure: true, hash: 'sha256' },
      { key: null, pure: true },
    ] as const) {
      assert.throws(() => buildMcubootImage({ ...build, ...wrong }), UsageError);
    }
    assert.equal(imageIdentity(layOutMcubootImage({ ...build, key: null, hash: 'sha384' })), null);
  });

  it('takes any bytes and says something that JSON can hold', () => {
    const whole = buildMcubootImage(build);
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.nat(whole.length), fc.uint8Array({ maxLength: 80 }), (changes, cut, tail) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        for (const hostile of [tail, bytes.subarray(0, cut), Uint8Array.from([...bytes, ...tail])]) {
          const verified = verifyMcubootImage(hostile, { keys: [p256] });
          assert.equal(verified.checks.length, 7);
          assert.deepEqual(JSON.parse(JSON.stringify(verified)), verified);
        }
      }),
      { numRuns: 30 },
    );
  });
});
