import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import fc from 'fast-check';
import { coordinatesOf, coordinateSize, signEcdsa, swapPair, verifyEcdsa } from '#codecs/esp-ecdsa.ts';
import { espPrivateKey, type EcdsaScheme } from '#codecs/esp-key.ts';

interface Vector {
  readonly scheme: EcdsaScheme;
  readonly hash: 'sha256' | 'sha384';
  readonly secret: string;
  readonly point: string;
  readonly signature: string;
}

/** RFC 6979, A.2.3, A.2.5 and A.2.6: the message is "sample". */
const RFC_6979: readonly Vector[] = [
  {
    scheme: 'ecdsa-p192',
    hash: 'sha256',
    secret: '6fab034934e4c0fc9ae67f5b5659a9d7d1fefd187ee09fd4',
    point: 'ac2c77f529f91689fea0ea5efec7f210d8eea0b9e047ed563bc723e57670bd4887ebc732c523063d0a7c957bc97c1c43',
    signature:
      '4b0b8ce98a92866a2820e20aa6b75b56382e0f9bfd5ecb55ccdb006926ea9565cbadc840829d8c384e06de1f1e381b85',
  },
  {
    scheme: 'ecdsa-p256',
    hash: 'sha256',
    secret: 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    point:
      '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    signature:
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  },
  {
    scheme: 'ecdsa-p384',
    hash: 'sha384',
    secret:
      '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
    point:
      'ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720',
    signature:
      '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
  },
];

const OPENSSL = {
  'ecdsa-p192': 'prime192v1',
  'ecdsa-p256': 'prime256v1',
  'ecdsa-p384': 'secp384r1',
} as const;

describe('ECDSA for Secure Boot', () => {
  for (const { scheme, hash: name, secret, point, signature } of RFC_6979) {
    const digest = hash(name, 'sample', 'buffer');
    const [mine, pair] = [Buffer.from(secret, 'hex'), Buffer.from(point, 'hex')];

    it(`${scheme}: signs as RFC 6979 says`, () => {
      assert.equal(Buffer.from(signEcdsa(scheme, digest, mine)).toString('hex'), signature);
      assert.ok(verifyEcdsa(scheme, digest, Buffer.from(signature, 'hex'), pair));
    });

    it(`${scheme}: refuses zero, the order, and numbers above it`, () => {
      const size = coordinateSize(scheme);
      const [zero, ones] = [new Uint8Array(size), new Uint8Array(size).fill(0xff)];
      const half = Buffer.from(signature, 'hex').subarray(0, size);
      for (const bad of [
        [zero, half],
        [half, zero],
        [ones, half],
        [half, ones],
        [zero, zero],
      ]) {
        assert.equal(verifyEcdsa(scheme, digest, Buffer.concat(bad), pair), false);
      }
      assert.equal(
        verifyEcdsa(scheme, digest, Buffer.from(signature, 'hex'), new Uint8Array(2 * size)),
        false,
      );
      assert.equal(verifyEcdsa(scheme, digest, half, pair), false, 'half a signature');
    });

    it(`${scheme}: OpenSSL verifies what we sign, and we what it signs`, () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: OPENSSL[scheme] });
      const key = espPrivateKey(String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
      assert.ok(key.scheme === scheme && key.publicKey.scheme === scheme);
      const ours = signEcdsa(scheme, digest, key.secret);
      const options = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' } as const;
      assert.ok(verify(name, Buffer.from('sample'), options, ours));
      assert.ok(verifyEcdsa(scheme, digest, ours, coordinatesOf(scheme, key.publicKey.point)));
    });
  }

  it('judges any bytes without throwing', () => {
    const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
    fc.assert(
      fc.property(fc.constantFrom(...RFC_6979), bytes(96), bytes(96), ({ scheme }, signature, point) => {
        const length = 2 * coordinateSize(scheme);
        const digest = new Uint8Array(32).fill(7);
        const verdict = verifyEcdsa(scheme, digest, signature.slice(0, length), point.slice(0, length));
        assert.equal(verdict, false);
      }),
      { numRuns: 60 },
    );
  });

  it('turns a pair of numbers around and back', () => {
    assert.deepEqual(swapPair(Uint8Array.of(1, 2, 3, 4, 0, 0), 2), Uint8Array.of(2, 1, 4, 3));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (pair) => {
        assert.deepEqual(swapPair(swapPair(pair, 24), 24), pair);
      }),
    );
  });
});
