import assert from 'node:assert/strict';
import {
  constants,
  createPrivateKey,
  createPublicKey,
  hash,
  privateEncrypt,
  publicDecrypt,
  sign,
  verify,
} from 'node:crypto';
import fc from 'fast-check';
import { encodePss, verifyPss } from '#codecs/rsa-pss.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';

const LENGTH = 384;
const SALT = 32;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT };

describe('EMSA-PSS', () => {
  const privateKey = createPrivateKey(testKeys.signing.pem);
  const publicKey = createPublicKey(privateKey);

  it('encodes what OpenSSL accepts as an RSA-PSS signature', () => {
    const message = Buffer.from('message');
    const encoded = encodePss(hash('sha256', message, 'buffer'), new Uint8Array(SALT).fill(7), LENGTH);
    const raw = { key: privateKey, padding: constants.RSA_NO_PADDING };
    const signature = privateEncrypt(raw, encoded);
    assert.ok(verify('sha256', message, { key: publicKey, ...PSS }, signature));
  });

  it('verifies what OpenSSL signed', () => {
    const message = Buffer.from('another message');
    const signature = sign('sha256', message, { key: privateKey, ...PSS });
    const encoded = publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
    assert.ok(verifyPss(hash('sha256', message, 'buffer'), encoded, SALT));
  });

  it('accepts its own encoding and no other digest, salt length or altered byte', () => {
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const place = fc.nat(LENGTH - 1);
    fc.assert(
      fc.property(digest, digest, place, fc.integer({ min: 1, max: 255 }), (mine, salt, at, change) => {
        const encoded = encodePss(mine, salt, LENGTH);
        assert.ok(verifyPss(mine, encoded, SALT));
        assert.ok(
          !verifyPss(
            mine.map((byte) => byte ^ 1),
            encoded,
            SALT,
          ),
        );
        assert.ok(!verifyPss(mine, encoded, SALT - 1));
        const altered = new Uint8Array(encoded);
        altered[at] = (altered[at] ?? 0) ^ change;
        assert.ok(!verifyPss(mine, altered, SALT));
      }),
    );
  });

  it('refuses anything at all as an encoded message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (encoded) => {
        assert.equal(verifyPss(new Uint8Array(32), encoded, SALT), false);
      }),
    );
  });
});
