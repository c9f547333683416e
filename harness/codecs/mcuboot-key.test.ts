import { deepEqual, equal, throws } from 'node:assert/strict';
import { createPrivateKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { mcubootKey, signingKeyOf, testSigningKey, verifyDigest } from '#codecs/mcuboot-key.ts';
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
    const { privateKey: p384 } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const pem = String(p384.export({ format: 'pem', type: 'pkcs8' }));
    throws(
      () => mcubootKey(pem),
      (error: Error) => error.name === 'UsageError' && !error.message.includes(pem.slice(40, 60)),
    );
    throws(() => signingKeyOf('not a key'), { name: 'UsageError', code: 'mcuboot-key' });
  });
});
