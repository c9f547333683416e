import assert from 'node:assert/strict';
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { ecdsaSign, ecdsaVerify, pointOfSpki, withoutPadding } from '#codecs/ecdsa-curve.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { keyHashOf, mcubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import { rsaSign, rsaVerify } from '#codecs/rsa-key.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;

/** A PEM around an Ed25519 secret (RFC 8410). */
function ed25519Pem(secret: string): string {
  const der = Buffer.from(`302e020100300506032b657004220420${secret}`, 'hex');
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

function rsaPem(modulusLength: number): string {
  return String(generateKeyPairSync('rsa', { modulusLength }).privateKey.export(pkcs8));
}

function ecPem(namedCurve: string): string {
  return String(generateKeyPairSync('ec', { namedCurve }).privateKey.export(pkcs8));
}

describe('ECDSA over image hashes', () => {
  const vectors = [
    [
      'P-256',
      'sha256',
      'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ],
    [
      'P-384',
      'sha384',
      '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
      '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46',
      '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
    ],
  ] as const;
  for (const [curve, name, secret, r, s] of vectors) {
    it(`signs "sample" on ${curve} as RFC 6979 appendix A.2 does`, () => {
      const signature = Buffer.from(ecdsaSign(curve, hash(name, 'sample', 'buffer'), hex(secret)));
      assert.ok(signature.toString('hex').includes(r));
      assert.ok(signature.toString('hex').endsWith(s));
    });
  }

  it('leaves out the zeros of a padded signature, and no other bytes', () => {
    assert.deepEqual(withoutPadding(hex('3003020101000000')), hex('3003020101'));
    assert.deepEqual(withoutPadding(hex('300302010100ff')), hex('300302010100ff'));
  });
});

describe('Ed25519 over image hashes', () => {
  it('signs as RFC 8032 7.1 does', () => {
    const key = mcubootKey(ed25519Pem('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
    assert.deepEqual(
      key.publicDer.subarray(-32),
      hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
    );
    const signature = hex(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    assert.deepEqual(key.sign(new Uint8Array()), signature);
    assert.ok(key.verify(new Uint8Array(), signature));
    assert.equal(key.verify(Uint8Array.of(1), signature), false);
  });
});

describe('RSA-PSS over image hashes', () => {
  for (const bits of [2048, 3072]) {
    it(`RSA-${bits}: the platform verifies ours, the same bytes each time`, () => {
      const key = createPrivateKey(rsaPem(bits));
      const digest = hash('sha256', 'image', 'buffer');
      const signature = rsaSign(digest, key, bits / 8);
      const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const publicKey = createPublicKey(key);
      assert.ok(verify('sha256', Buffer.from('image'), { key: publicKey, ...pss }, signature));
      assert.deepEqual(rsaSign(digest, key, bits / 8), signature);
      assert.ok(rsaVerify(digest, signature, publicKey));
      assert.equal(rsaVerify(digest, signature.toReversed(), publicKey), false);
    });
  }
});

describe('MCUboot key', () => {
  const pems = {
    'rsa-2048': rsaPem(2048),
    'rsa-3072': rsaPem(3072),
    'ecdsa-p256': ecPem('prime256v1'),
    'ecdsa-p384': ecPem('secp384r1'),
    ed25519: String(generateKeyPairSync('ed25519').privateKey.export(pkcs8)),
  };
  for (const [scheme, pem] of Object.entries(pems)) {
    it(`${scheme}: signs, verifies, is embedded in its form, and is the same from every PEM`, () => {
      const key = mcubootKey(pem);
      assert.equal(key.scheme, scheme);
      const object = createPublicKey(pem);
      const type = scheme.startsWith('rsa') ? 'pkcs1' : 'spki';
      assert.deepEqual(Buffer.from(key.publicDer), object.export({ format: 'der', type: type as 'spki' }));
      const fromPublic = mcubootPublicKey(String(object.export({ format: 'pem', type: 'spki' })));
      assert.deepEqual(fromPublic.publicDer, key.publicDer);
      const digest = hash(scheme === 'ecdsa-p384' ? 'sha384' : 'sha256', 'image', 'buffer');
      assert.ok(fromPublic.verify(digest, key.sign(digest)));
      assert.deepEqual(keyHashOf(key, 'sha512'), Uint8Array.from(hash('sha512', key.publicDer, 'buffer')));
    });

    it(`${scheme}: says no to any other bytes`, () => {
      const key = mcubootKey(pem);
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 400 }),
          fc.uint8Array({ maxLength: 70 }),
          (signature, signed) => {
            assert.equal(key.verify(signed, signature), false);
          },
        ),
        { numRuns: 50 },
      );
    });
  }

  it('takes PKCS#1 and SEC1, and points written short', () => {
    const rsa = createPrivateKey(pems['rsa-2048']);
    const pkcs1 = mcubootKey(String(rsa.export({ format: 'pem', type: 'pkcs1' })));
    assert.deepEqual(pkcs1.publicDer, mcubootKey(pems['rsa-2048']).publicDer);
    const key = mcubootKey(pems['ecdsa-p384']);
    const sec1 = createPrivateKey(pems['ecdsa-p384']).export({ format: 'pem', type: 'sec1' });
    assert.deepEqual(mcubootKey(String(sec1)).publicDer, key.publicDer);
    assert.equal(pointOfSpki('P-384', key.publicDer)?.[0], 4);
    assert.equal(pointOfSpki('P-256', key.publicDer), null);
    assert.equal(ecdsaVerify('P-256', new Uint8Array(32), new Uint8Array(70), key.publicDer), false);
  });
});
