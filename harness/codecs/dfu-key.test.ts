import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { hexToBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';
import { dfuPublicKey, dfuPublicKeyOf, dfuSigningKey, verifyDfuSignature } from '#codecs/dfu-key.ts';

const pair = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const pem = { private: { type: 'pkcs8', format: 'pem' }, public: { type: 'spki', format: 'pem' } } as const;

describe('DFU keys', () => {
  it('reads PKCS#8, SEC1 and SPKI as the same key', () => {
    const { privateKey, publicKey } = pair('P-256');
    const signing = dfuSigningKey(String(privateKey.export(pem.private)));
    const sec1 = String(privateKey.export({ type: 'sec1', format: 'pem' }));
    assert.deepEqual(dfuSigningKey(sec1).pk, signing.pk);
    assert.deepEqual(dfuPublicKey(String(publicKey.export(pem.public))).pk, signing.pk);
    assert.deepEqual(dfuPublicKey(sec1).id, signing.id);
    assert.deepEqual(dfuPublicKeyOf(signing.pk).id, signing.id);
  });

  it('signs for itself only', () => {
    const [own, other] = [pair('P-256'), pair('P-256')].map(({ privateKey }) =>
      dfuSigningKey(String(privateKey.export(pem.private))),
    );
    assert.ok(own && other);
    const bytes = Uint8Array.of(1, 2, 3);
    const signature = own.sign(bytes);
    assert.equal(signature.length, 64);
    assert.ok(verifyDfuSignature(bytes, signature, own));
    assert.ok(!verifyDfuSignature(bytes, signature, other));
    assert.ok(!verifyDfuSignature(Uint8Array.of(1, 2, 4), signature, own));
    for (const odd of [
      new Uint8Array(64),
      signature.slice(1),
      new Uint8Array(64).fill(0xff),
      new Uint8Array(),
    ]) {
      assert.ok(!verifyDfuSignature(bytes, odd, own));
    }
  });

  it('refuses other keys and text without repeating it', () => {
    const secret = String(pair('P-384').privateKey.export(pem.private));
    const ed25519 = String(generateKeyPairSync('ed25519').privateKey.export(pem.private));
    const torn = secret.replace('M', '!');
    for (const text of [secret, ed25519, torn, 'no key', '']) {
      for (const read of [dfuSigningKey, dfuPublicKey]) {
        assert.throws(
          () => read(text),
          (error) => {
            assert.ok(error instanceof UsageError);
            assert.equal(error.code, 'dfu-key');
            for (const line of text.split('\n').filter((part) => part.length > 20 && !part.startsWith('-'))) {
              assert.ok(!inspect(error, { depth: 9 }).includes(line));
            }
            return true;
          },
        );
      }
    }
    assert.throws(() => dfuPublicKeyOf(hexToBytes('01'.repeat(64))), UsageError);
    assert.throws(() => dfuPublicKeyOf(new Uint8Array(3)), UsageError);
  });
});
