import { hash } from 'node:crypto';
import { crc32 } from '#codecs/crc32.ts';

/** A Secure Boot V2 signature block for RSA-3072 (1216 bytes). Numbers lie in it least significant byte first. */
export interface SignatureBlock {
  readonly magic: number;
  readonly version: number;
  /** Bytes 2 and 3. */
  readonly reserved: Uint8Array;
  /** SHA-256 of the image padded to 4 KiB. */
  readonly digest: Uint8Array;
  readonly key: PublicKeyPart;
  readonly signature: Uint8Array;
  readonly crc: number;
  /** 16 zeros. */
  readonly tail: Uint8Array;
}

/** What the key digest in the eFuses covers: modulus, exponent, and two constants for the accelerator. */
export interface PublicKeyPart {
  readonly modulus: Uint8Array;
  readonly exponent: number;
  /** R^2 mod n, R = 2^3072. */
  readonly rSquared: Uint8Array;
  /** -1/n mod 2^32. */
  readonly mPrime: number;
}

/** Length of a block. */
export const SIGNATURE_BLOCK_LENGTH = 1216;
/** Sector that follows the padded image; holds up to three blocks. */
export const SIGNATURE_SECTOR_LENGTH = 4096;
/** `ETS_SECURE_BOOT_V2_SIGNATURE_MAGIC`. */
export const SIGNATURE_MAGIC = 0xe7;
/** Block version for RSA-3072. */
export const SIGNATURE_RSA = 2;

/** Length of the modulus and of the signature. */
export const RSA_LENGTH = 384;

const AT = {
  digest: 4,
  modulus: 36,
  exponent: 420,
  rSquared: 424,
  mPrime: 808,
  signature: 812,
  crc: 1196,
} as const;

/** The block at the start of `bytes`, whatever it says; null when fewer than 1216 bytes are there. */
export function decodeSignatureBlock(bytes: Uint8Array): SignatureBlock | null {
  if (bytes.length < SIGNATURE_BLOCK_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIGNATURE_BLOCK_LENGTH);
  return {
    magic: view.getUint8(0),
    version: view.getUint8(1),
    reserved: new Uint8Array(bytes.subarray(2, 4)),
    digest: new Uint8Array(bytes.subarray(AT.digest, AT.modulus)),
    key: {
      modulus: new Uint8Array(bytes.subarray(AT.modulus, AT.exponent)),
      exponent: view.getUint32(AT.exponent, true),
      rSquared: new Uint8Array(bytes.subarray(AT.rSquared, AT.mPrime)),
      mPrime: view.getUint32(AT.mPrime, true),
    },
    signature: new Uint8Array(bytes.subarray(AT.signature, AT.crc)),
    crc: view.getUint32(AT.crc, true),
    tail: new Uint8Array(bytes.subarray(AT.crc + 4, SIGNATURE_BLOCK_LENGTH)),
  };
}

/** The 1216 bytes of a block, its CRC as given. */
export function encodeSignatureBlock(block: SignatureBlock): Uint8Array {
  const bytes = new Uint8Array(SIGNATURE_BLOCK_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, block.magic);
  view.setUint8(1, block.version);
  bytes.set(block.reserved.subarray(0, 2), 2);
  bytes.set(block.digest.subarray(0, 32), AT.digest);
  bytes.set(block.key.modulus.subarray(0, RSA_LENGTH), AT.modulus);
  view.setUint32(AT.exponent, block.key.exponent, true);
  bytes.set(block.key.rSquared.subarray(0, RSA_LENGTH), AT.rSquared);
  view.setUint32(AT.mPrime, block.key.mPrime, true);
  bytes.set(block.signature.subarray(0, RSA_LENGTH), AT.signature);
  view.setUint32(AT.crc, block.crc, true);
  bytes.set(block.tail.subarray(0, 16), AT.crc + 4);
  return bytes;
}

/** The same block with the CRC that fits it: the last step of signing, and of forging. */
export function withBlockCrc(block: SignatureBlock): SignatureBlock {
  return { ...block, crc: crc32(encodeSignatureBlock(block).subarray(0, AT.crc)) };
}

/** Blocks of a signature sector that carry the magic byte, in order; at most three. */
export function parseSignatureSector(sector: Uint8Array): readonly SignatureBlock[] {
  const blocks: SignatureBlock[] = [];
  for (let i = 0; i < 3; i++) {
    const block = decodeSignatureBlock(sector.subarray(i * SIGNATURE_BLOCK_LENGTH));
    if (block?.magic === SIGNATURE_MAGIC) blocks.push(block);
  }
  return blocks;
}

/** SHA-256 of the public key part, as burned into the eFuses. */
export function keyDigest(block: SignatureBlock): Uint8Array {
  return hash('sha256', encodeSignatureBlock(block).subarray(AT.modulus, AT.signature), 'buffer');
}

/** Whether magic, version and CRC make this a block to look at. */
export function blockUsable(block: SignatureBlock): boolean {
  return (
    block.magic === SIGNATURE_MAGIC &&
    block.version === SIGNATURE_RSA &&
    block.crc === withBlockCrc(block).crc
  );
}
