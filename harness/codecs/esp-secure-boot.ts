import {
  constants,
  createPrivateKey,
  createPublicKey,
  hash,
  privateEncrypt,
  publicDecrypt,
  type KeyObject,
} from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';
import {
  encodeSignatureBlock,
  keyDigest,
  RSA_LENGTH,
  SIGNATURE_MAGIC,
  SIGNATURE_RSA,
  SIGNATURE_SECTOR_LENGTH,
  SIGNATURE_BLOCK_LENGTH,
  withBlockCrc,
  type PublicKeyPart,
  type SignatureBlock,
} from '#codecs/esp-signature-block.ts';
import { encodePss, verifyPss } from '#codecs/rsa-pss.ts';

const SALT = 32;
const BITS = 3072n;

/** Key digest of a PKCS#8 (or public) PEM, hex: what `SigningKey.id` holds. */
export function keyDigestOfPem(pem: string): string {
  const block = unsigned(new Uint8Array(32), publicPart(createPublicKey(pem)));
  return Buffer.from(keyDigest(block)).toString('hex');
}

/** Signs a digest with an RSA-3072 key (PKCS#8 PEM). The salt is a function of the digest, so one image has one signature. */
export function signDigest(digest: Uint8Array, pem: string): SignatureBlock {
  const key = createPrivateKey(pem);
  const salt = hash('sha256', concatBytes(Buffer.from('assay pss salt'), digest), 'buffer');
  const encoded = encodePss(digest, salt, RSA_LENGTH);
  const block = unsigned(digest, publicPart(createPublicKey(key)));
  const signature = privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded).toReversed();
  return withBlockCrc({ ...block, signature });
}

/** An image padded with 0xff to 4 KiB and followed by its signature sector, one block a key (at most three). */
export function signEspImage(image: Uint8Array, ...pems: readonly string[]): Uint8Array {
  const padded = padToSector(image);
  const digest = hash('sha256', padded, 'buffer');
  return appendBlocks(
    padded,
    pems.map((pem) => signDigest(digest, pem)),
  );
}

/** An image padded with 0xff to 4 KiB and followed by a sector that holds these blocks, true or not. */
export function appendBlocks(image: Uint8Array, blocks: readonly SignatureBlock[]): Uint8Array {
  const sector = new Uint8Array(SIGNATURE_SECTOR_LENGTH).fill(0xff);
  blocks.slice(0, 3).forEach((block, i) => {
    sector.set(encodeSignatureBlock(block), i * SIGNATURE_BLOCK_LENGTH);
  });
  return concatBytes(padToSector(image), sector);
}

/**
 * Whether the block's signature is that of `digest` under the block's own key, whoever's key that is. Constants for the
 * accelerator that do not belong to the modulus make it compute nonsense, so they fail too.
 */
export function signatureFits(block: SignatureBlock, digest: Uint8Array): boolean {
  const modulus = toBigInt(block.key.modulus);
  if (modulus >> (BITS - 1n) !== 1n || (modulus & 1n) === 0n || block.key.exponent < 3) return false;
  if (toBigInt(block.key.rSquared) !== rSquaredOf(modulus) || block.key.mPrime !== mPrimeOf(modulus))
    return false;
  const exponent = Buffer.alloc(4);
  exponent.writeUInt32BE(block.key.exponent);
  try {
    const key = createPublicKey({
      format: 'jwk',
      key: { kty: 'RSA', n: base64(block.key.modulus.toReversed()), e: base64(exponent) },
    });
    const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, block.signature.toReversed());
    return verifyPss(digest, encoded, SALT);
  } catch {
    // OpenSSL refuses what is no RSA key or no number below the modulus: such a signature fits nothing.
    return false;
  }
}

function unsigned(digest: Uint8Array, key: PublicKeyPart): SignatureBlock {
  return {
    magic: SIGNATURE_MAGIC,
    version: SIGNATURE_RSA,
    reserved: new Uint8Array(2),
    digest,
    key,
    signature: new Uint8Array(RSA_LENGTH),
    crc: 0,
    tail: new Uint8Array(16),
  };
}

function publicPart(key: KeyObject): PublicKeyPart {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const big = Buffer.from(n, 'base64url');
  if (big.length !== RSA_LENGTH) {
    throw new UsageError({
      code: 'esp-key-size',
      message: 'Secure Boot V2 signs with RSA-3072',
      expected: 'a 384-byte modulus',
      got: `${big.length} bytes`,
      remedy: 'make the key with `espsecure generate-signing-key --version 2 --scheme rsa3072`',
    });
  }
  const modulus = toBigInt(big.toReversed());
  return {
    modulus: big.toReversed(),
    exponent: Number(`0x${Buffer.from(e, 'base64url').toString('hex')}`),
    rSquared: fromBigInt(rSquaredOf(modulus)),
    mPrime: mPrimeOf(modulus),
  };
}

function rSquaredOf(modulus: bigint): bigint {
  return (1n << (2n * BITS)) % modulus;
}

/** Newton's iteration: each step doubles the number of right bits of 1/n mod 2^32. */
function mPrimeOf(modulus: bigint): number {
  const n = Number(modulus & 0xffffffffn);
  let inverse = n;
  for (let step = 0; step < 5; step++) inverse = Math.imul(inverse, 2 - Math.imul(n, inverse));
  return -inverse >>> 0;
}

function padToSector(image: Uint8Array): Uint8Array {
  const length = Math.ceil(image.length / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH;
  const padded = new Uint8Array(length).fill(0xff);
  padded.set(image);
  return padded;
}

function toBigInt(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian.toReversed()).toString('hex')}`);
}

function fromBigInt(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(RSA_LENGTH * 2, '0'), 'hex').toReversed();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
