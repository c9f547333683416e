import assert from 'node:assert/strict';
import { constants, createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import fc from 'fast-check';
import {
  appendBlocks,
  keyDigestOfPem,
  signDigest,
  signEspImage,
  signatureFits,
} from '#codecs/esp-secure-boot.ts';
import {
  blockScheme,
  blockUsable,
  decodeSignatureBlock,
  encodeSignatureBlock,
  hashOfScheme,
  keyDigest,
  parseSignatureSector,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_MAGIC,
  withBlockCrc,
  type RsaBlock,
  type SignatureBlock,
} from '#codecs/esp-signature-block.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';

/** What espsecure 5.6.0 made of 4096 zeros with the signing key of this bench. */
const BY_ESPSECURE = {
  keyDigest: 'e756948298f96d3d14bf3be12379f9f8a84182f0bb81bb6240eaa6f8b90c073e',
  mPrime: 0x04f94065,
  crc: 0xab1ebbd5,
  signature:
    'mOcQuOk15ytMLg2Yn7M8Hf9yUmZ6y5halL0EMu+7rtmM7TFhbSPQr46uU/GfZ2qK2sbDOJR6VN4krfu36IQJ4pka+7FD5nt/DPrsmtrYvLyJCr6/nSu9kSWyd1to8NuUfT4KGG7fpqeN6dkSct9THJ9iSwZqLY6Au5U2HFl5evaAFH5wi+D7NSVknYe8aT2Aad7Lbvw8yn5toF9rbeaUS6tdGar4loYLqObjkK8Tuv/uCEsoj6Dwk7MUjjCawW/4EFk5BZYyb0I12VQK43dP03J4XNawTUb7DXnQ2f7U6U2tnlL7UWL2FwQ0keTgWUBoEv5wuak0YbNVDwJUa1rvIo+Rs/Tfysu9hlJ5M4/xT47f7FgveBGzdhplefGR87qhA6L35rPl+WzdptPJkp2zZswRBdZbkGmEYmCyhH/PmP/dwlIhnAjfgreUjeLDACfN39wbBDoWT2zEXOPbEa+4+YHkpB6xDJmymWn4Mh277tnq+W/3ZN8pMy+W39DTVCl0',
};

const IMAGE = new Uint8Array(4096);
const DIGEST = hash('sha256', IMAGE, 'buffer');
const { pem } = testKeys.signing;

describe('Secure Boot V2 signatures', () => {
  const mine = rsaBlock(signDigest(DIGEST, pem));

  it('has the key constants, key digest and block CRC of the vendor tool', () => {
    assert.equal(keyDigestOfPem(pem), BY_ESPSECURE.keyDigest);
    assert.equal(mine.key.mPrime, BY_ESPSECURE.mPrime);
    const theirs = { ...mine, signature: new Uint8Array(Buffer.from(BY_ESPSECURE.signature, 'base64')) };
    assert.equal(
      withBlockCrc(theirs).crc,
      BY_ESPSECURE.crc,
      "the CRC covers n, e, R^2, M' and the signature",
    );
    assert.ok(signatureFits(theirs, DIGEST));
  });

  it('signs what OpenSSL verifies, the same bytes every time', () => {
    const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const signature = mine.signature.toReversed();
    assert.ok(verify('sha256', IMAGE, { key: createPublicKey(pem), ...options }, signature));
    assert.deepEqual(signDigest(DIGEST, pem), mine);
    assert.ok(blockUsable(mine) && signatureFits(mine, DIGEST));
  });

  it('pads an image with 0xff and puts the sector behind it', () => {
    const signed = signEspImage(new Uint8Array(4097), pem);
    assert.equal(signed.length, 3 * 4096);
    assert.ok(signed.subarray(4097, 8192).every((byte) => byte === 0xff));
    assert.ok(signed.subarray(8192 + SIGNATURE_BLOCK_LENGTH).every((byte) => byte === 0xff));
    const [block] = parseSignatureSector(signed.subarray(8192));
    assert.ok(block && signatureFits(block, hash('sha256', signed.subarray(0, 8192), 'buffer')));
  });

  it('reads several blocks, each with its own key', () => {
    const signed = signEspImage(IMAGE, pem, testKeys.foreign.pem);
    const digests = parseSignatureSector(signed.subarray(4096)).map((block) => {
      assert.ok(signatureFits(block, DIGEST));
      return Buffer.from(keyDigest(block)).toString('hex');
    });
    assert.deepEqual(digests, [testKeys.signing.id, testKeys.foreign.id]);
    assert.deepEqual(parseSignatureSector(appendBlocks(IMAGE, []).subarray(4096)), []);
  });

  const theft = rsaBlock(signDigest(DIGEST, testKeys.foreign.pem));
  const forgeries: readonly { readonly what: string; readonly block: SignatureBlock }[] = [
    { what: "another key's modulus", block: { ...mine, key: theft.key } },
    { what: 'another signature', block: { ...mine, signature: theft.signature } },
    { what: 'an even modulus', block: { ...mine, key: { ...mine.key, modulus: even(mine.key.modulus) } } },
    { what: 'a modulus of zero', block: { ...mine, key: { ...mine.key, modulus: new Uint8Array(384) } } },
    { what: 'an exponent of one', block: { ...mine, key: { ...mine.key, exponent: 1 } } },
    { what: "a wrong M'", block: { ...mine, key: { ...mine.key, mPrime: 1 } } },
    { what: 'a wrong R^2', block: { ...mine, key: { ...mine.key, rSquared: new Uint8Array(384) } } },
    { what: 'a signature above the modulus', block: { ...mine, signature: new Uint8Array(384).fill(0xff) } },
  ];
  for (const { what, block } of forgeries) {
    it(`refuses ${what}`, () => {
      assert.equal(signatureFits(block, DIGEST), false);
    });
  }

  it('refuses a block with a wrong magic, version or CRC before looking at the signature', () => {
    for (const lie of [{ magic: 0xe6 }, { version: 3 }]) {
      assert.equal(blockUsable(withBlockCrc({ ...mine, ...lie })), false);
    }
    assert.equal(blockUsable({ ...mine, crc: mine.crc ^ 1 }), false);
  });

  it('keeps every byte of a block, and judges any block without throwing', () => {
    const bytes = fc.uint8Array({ minLength: SIGNATURE_BLOCK_LENGTH, maxLength: SIGNATURE_BLOCK_LENGTH });
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom(0, 2, 3),
        fc.nat(2),
        fc.nat(3),
        (raw, version, hashVersion, curve) => {
          raw.set([SIGNATURE_MAGIC, version, hashVersion]);
          raw[hashVersion === 1 ? 52 : 36] = curve;
          const block = decodeSignatureBlock(raw);
          assert.ok(block);
          assert.deepEqual(encodeSignatureBlock(block), raw);
          assert.equal(signatureFits(block, DIGEST), false);
        },
      ),
      { numRuns: 100 },
    );
    assert.equal(decodeSignatureBlock(new Uint8Array(SIGNATURE_BLOCK_LENGTH - 1)), null);
  });

  for (const namedCurve of ['prime192v1', 'prime256v1', 'secp384r1']) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    const ecPem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const [block = assert.fail()] = parseSignatureSector(signEspImage(IMAGE, ecPem).subarray(4096));

    it(`signs with ${namedCurve}, the same bytes every time`, () => {
      const scheme = blockScheme(block);
      assert.ok(scheme !== null && blockUsable(block));
      const digest = hash(hashOfScheme(scheme), IMAGE, 'buffer');
      assert.deepEqual(Buffer.from(block.digest), digest);
      assert.ok(signatureFits(block, digest));
      assert.deepEqual(signEspImage(IMAGE, ecPem), signEspImage(IMAGE, ecPem));
      assert.equal(Buffer.from(keyDigest(block)).toString('hex'), keyDigestOfPem(ecPem));
      const wrong = new Uint8Array(digest.length === 32 ? 48 : 32);
      assert.throws(() => signDigest(wrong, ecPem), { name: 'UsageError', code: 'esp-digest-length' });
    });

    it(`refuses a ${namedCurve} block whose curve, hash or version contradict each other`, () => {
      assert.ok(block.layout !== 'rsa');
      const lies = [
        { ...block, key: { ...block.key, curveId: 4 } },
        { ...block, hashVersion: 1 - block.hashVersion },
        { ...block, version: 2 },
      ];
      for (const lie of lies) {
        assert.equal(blockUsable(withBlockCrc(lie)), false);
        assert.equal(signatureFits(lie, block.digest), false);
      }
    });
  }

  it('says which key it needs', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const small = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    assert.throws(() => signDigest(DIGEST, small), { name: 'UsageError', code: 'esp-key-size' });
  });
});

function rsaBlock(block: SignatureBlock): RsaBlock {
  assert.ok(block.layout === 'rsa');
  return block;
}

function even(modulus: Uint8Array): Uint8Array {
  return modulus.map((byte, i) => (i === 0 ? byte & 0xfe : byte));
}
