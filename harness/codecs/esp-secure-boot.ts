import { hash } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { UsageError } from '#core/errors.ts';
import {
  coordinatesOf,
  coordinateSize,
  curveIdOf,
  signEcdsa,
  swapPair,
  verifyEcdsa,
} from '#codecs/esp-ecdsa.ts';
import { espPrivateKey, espPublicKey, type EspPublicKey } from '#codecs/esp-key.ts';
import { rsaKeyPart, signRsa, verifyRsa } from '#codecs/esp-rsa.ts';
import {
  blockScheme,
  ECDSA_LAYOUT,
  encodeSignatureBlock,
  hashOfScheme,
  keyDigest,
  RSA_LENGTH,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_BLOCKS,
  SIGNATURE_ECDSA,
  SIGNATURE_MAGIC,
  SIGNATURE_RSA,
  SIGNATURE_SECTOR_LENGTH,
  withBlockCrc,
  type SignatureBlock,
} from '#codecs/esp-signature-block.ts';

/** Key digest of a PEM (private or public), hex: what `SigningKey.id` holds and what is burned into the eFuses. */
export function keyDigestOfPem(pem: string): string {
  return Buffer.from(keyDigest(unsigned(new Uint8Array(), espPublicKey(pem)))).toString('hex');
}

/**
 * Signs a digest (SHA-384 for a P-384 key, else SHA-256) with a private key in PEM. One digest and key have one signature.
 * UsageError for a key or digest that does not fit.
 */
export function signDigest(digest: Uint8Array, pem: string): SignatureBlock {
  const key = espPrivateKey(pem);
  checkDigest(digest, hashOfScheme(key.scheme));
  const block = unsigned(digest, key.publicKey);
  if (key.scheme === 'rsa-3072') return withBlockCrc({ ...block, signature: signRsa(digest, key.key) });
  const pair = swapPair(signEcdsa(key.scheme, digest, key.secret), coordinateSize(key.scheme));
  return withBlockCrc({ ...block, signature: fill(pair, block.signature.length) });
}

/** SHA-256 of some bytes: what a block signs, of a body that is padded. */
export function sha256Of(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** An image padded with 0xff to 4 KiB and followed by its signature sector, one block a key (at most three). */
export function signEspImage(image: Uint8Array, ...pems: readonly string[]): Uint8Array {
  const padded = padToSector(image);
  return appendBlocks(
    padded,
    pems.map((pem) => signDigest(hash(hashOfScheme(espPublicKey(pem).scheme), padded, 'buffer'), pem)),
  );
}

/** An image padded with 0xff to 4 KiB and followed by a sector that holds these blocks, true or not. */
export function appendBlocks(image: Uint8Array, blocks: readonly SignatureBlock[]): Uint8Array {
  const sector = new Uint8Array(SIGNATURE_SECTOR_LENGTH).fill(0xff);
  blocks.slice(0, SIGNATURE_BLOCKS).forEach((block, i) => {
    sector.set(encodeSignatureBlock(block), i * SIGNATURE_BLOCK_LENGTH);
  });
  return concatBytes(padToSector(image), sector);
}

/** Whether the block's signature is that of `digest` under the block's own key, whoever's key that is. */
export function signatureFits(block: SignatureBlock, digest: Uint8Array): boolean {
  if (block.layout === 'rsa') return verifyRsa(block.key, block.signature, digest);
  const scheme = blockScheme(block);
  if (scheme === null || scheme === 'rsa-3072') return false;
  const size = coordinateSize(scheme);
  return verifyEcdsa(scheme, digest, swapPair(block.signature, size), swapPair(block.key.point, size));
}

function unsigned(digest: Uint8Array, key: EspPublicKey): SignatureBlock {
  const frame = { magic: SIGNATURE_MAGIC, reserved: 0, digest, crc: 0, tail: new Uint8Array(16) };
  if (key.scheme === 'rsa-3072') {
    const signature = new Uint8Array(RSA_LENGTH);
    const part = rsaKeyPart(key.modulus, key.exponent);
    return { ...frame, layout: 'rsa', version: SIGNATURE_RSA, hashVersion: 0, key: part, signature };
  }
  const layout = key.scheme === 'ecdsa-p384' ? 'ecdsa-384' : 'ecdsa-256';
  const { pair, filler } = ECDSA_LAYOUT[layout];
  const point = swapPair(coordinatesOf(key.scheme, key.point), coordinateSize(key.scheme));
  return {
    ...frame,
    layout,
    version: SIGNATURE_ECDSA,
    hashVersion: layout === 'ecdsa-384' ? 1 : 0,
    key: { curveId: curveIdOf(key.scheme), point: fill(point, pair) },
    signature: new Uint8Array(pair),
    filler: new Uint8Array(filler),
  };
}

function checkDigest(digest: Uint8Array, name: 'sha256' | 'sha384'): void {
  const expected = name === 'sha256' ? 32 : 48;
  if (digest.length === expected) return;
  throw new UsageError({
    code: 'esp-digest-length',
    message: 'the digest does not fit the key',
    expected: `${expected} bytes (${name})`,
    got: `${digest.length} bytes`,
    remedy: 'P-384 keys sign a SHA-384, all others a SHA-256',
  });
}

function padToSector(image: Uint8Array): Uint8Array {
  const length = Math.ceil(image.length / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH;
  const padded = new Uint8Array(length).fill(0xff);
  padded.set(image);
  return padded;
}

function fill(bytes: Uint8Array, length: number): Uint8Array {
  const filled = new Uint8Array(length);
  filled.set(bytes);
  return filled;
}
