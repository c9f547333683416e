import { deepEqual, equal, throws } from 'node:assert/strict';
import { createPrivateKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { mcubootKey, signingKeyOf, testSigningKey, verifyDigest } from '#codecs/mcuboot-key.ts';
import { mcubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import { sha256Hex } from '#core/digest.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const sec1 = String(privateKey.export({ format: 'pem', type: 'sec1' }));
const pkcs8 = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));

describe('codecs/mcuboot-key', () => {
  it('reads SEC1 and PKCS#8 as the same key', () => {
    equal(signingKeyOf(sec1).id, signingKeyOf(pkcs8).id);
    deepEqual(mcubootKey(sec1).publicDer, mcubootKey(pkcs8).publicDer);
    equal(signingKeyOf(sec1).id, sha256Hex(mcubootKey(pkcs8).publicDer));
  });

  it('names a key as an image does, and takes only the type that is asked for', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey;
    const pem = String(rsa.export({ format: 'pem', type: 'pkcs1' }));
    const { type, id } = signingKeyOf(pem, 'rsa-2048');
    deepEqual([type, id], ['rsa-2048', sha256Hex(mcubootKey(pem).publicDer)]);
    throws(() => signingKeyOf(pem), { name: 'UsageError', code: 'mcuboot-key' });
    throws(() => signingKeyOf(pkcs8, 'rsa-2048'), { name: 'UsageError', code: 'mcuboot-key' });
  });

  it("signs so that the platform's ECDSA verifies, the same bytes each time", () => {
    const message = Buffer.from('image');
    const digest = Buffer.from(sha256Hex(message), 'hex');
    const signature = mcubootKey(pkcs8).sign(digest);
    equal(createVerify('sha256').update(message).verify(createPrivateKey(pkcs8), signature), true);
    deepEqual(mcubootKey(pkcs8).sign(digest), signature);
    equal(verifyDigest(digest, signature, mcubootKey(pkcs8).publicDer), true);
    equal(verifyDigest(digest, signature, mcubootKey(testSigningKey('other').pem).publicDer), false);
  });

  it('refuses other keys without repeating them', () => {
    const { privateKey: k256 } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    for (const [read, other] of [
      [mcubootKey, k256],
      [mcubootKey, rsa],
      [mcubootPublicKey, k256],
      [signingKeyOf, generateKeyPairSync('ed25519').privateKey],
    ] as const) {
      const pem = String(other.export({ format: 'pem', type: 'pkcs8' }));
      throws(
        () => read(pem),
        (error: Error) =>
          error.name === 'UsageError' && !inspect(error, { showHidden: true }).includes(pem.slice(40, 60)),
      );
    }
    for (const read of [mcubootKey, mcubootPublicKey, signingKeyOf]) {
      throws(() => read('not a key'), { name: 'UsageError', code: 'mcuboot-key' });
    }
    const locked = { format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' } as const;
    throws(() => mcubootKey(String(privateKey.export(locked))), { name: 'UsageError', code: 'mcuboot-key' });
  });
});
