import { hash } from 'node:crypto';
import { crc32 } from '#codecs/crc32.ts';
import type { EcdsaScheme, SignatureScheme } from '#codecs/esp-key.ts';

interface BlockFrame {
  readonly magic: number;
  /** 2: RSA, 3: ECDSA. */
  readonly version: number;
  /** 0: the digest is SHA-256, 1: SHA-384. */
  readonly hashVersion: number;
  readonly reserved: number;
  /** Digest of the image padded to 4 KiB. */
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly crc: number;
  /** 16 zeros. */
  readonly tail: Uint8Array;
}

/** A Secure Boot V2 signature block for RSA-3072. Numbers lie in it least significant byte first. */
export interface RsaBlock extends BlockFrame {
  readonly layout: 'rsa';
  readonly key: RsaKeyPart;
}

/** A block for ECDSA: P-192 and P-256 share a layout, P-384 with its longer digest has another. */
export interface EcdsaBlock extends BlockFrame {
  readonly layout: 'ecdsa-256' | 'ecdsa-384';
  readonly key: EcdsaKeyPart;
  /** Zeros up to the CRC. */
  readonly filler: Uint8Array;
}

/** A signature block of 1216 bytes, whatever its scheme. */
export type SignatureBlock = RsaBlock | EcdsaBlock;

/** What the key digest in the eFuses covers: modulus, exponent, and two constants for the accelerator. */
export interface RsaKeyPart {
  readonly modulus: Uint8Array;
  readonly exponent: number;
  /** R^2 mod n, R = 2^3072. */
  readonly rSquared: Uint8Array;
  /** -1/n mod 2^32. */
  readonly mPrime: number;
}

/** What the key digest in the eFuses covers: curve, X and Y, filled with zeros to the layout's length. */
export interface EcdsaKeyPart {
  /** 1 P-192, 2 P-256, 3 P-384. */
  readonly curveId: number;
  readonly point: Uint8Array;
}

/** Length of a block. */
export const SIGNATURE_BLOCK_LENGTH = 1216;
/** Sector that follows the padded image; holds up to three blocks. */
export const SIGNATURE_SECTOR_LENGTH = 4096;
/** Most blocks of a sector. */
export const SIGNATURE_BLOCKS = 3;
/** `ETS_SECURE_BOOT_V2_SIGNATURE_MAGIC`. */
export const SIGNATURE_MAGIC = 0xe7;
/** Block version for RSA-3072. */
export const SIGNATURE_RSA = 2;
/** Block version for ECDSA. */
export const SIGNATURE_ECDSA = 3;
/** Length of modulus and signature of RSA-3072. */
export const RSA_LENGTH = 384;

const DIGEST_AT = 4;
const CRC_AT = 1196;
const RSA_AT = { modulus: 36, exponent: 420, rSquared: 424, mPrime: 808, signature: 812 } as const;

/** Where a layout puts curve and point, how long X and Y (and r and s) together are at most, and the filler. */
export const ECDSA_LAYOUT = {
  'ecdsa-256': { curve: 36, pair: 64, filler: 1031 },
  'ecdsa-384': { curve: 52, pair: 96, filler: 951 },
} as const;

const CURVES: Readonly<Record<EcdsaBlock['layout'], Readonly<Record<number, EcdsaScheme>>>> = {
  'ecdsa-256': { 1: 'ecdsa-p192', 2: 'ecdsa-p256' },
  'ecdsa-384': { 3: 'ecdsa-p384' },
};

/** The block at the start of `bytes`, whatever it says; null when fewer than 1216 bytes are there. */
export function decodeSignatureBlock(bytes: Uint8Array): SignatureBlock | null {
  if (bytes.length < SIGNATURE_BLOCK_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIGNATURE_BLOCK_LENGTH);
  const cut = (from: number, to: number) => new Uint8Array(bytes.subarray(from, to));
  const version = view.getUint8(1);
  const hashVersion = view.getUint8(2);
  const frame = {
    magic: view.getUint8(0),
    version,
    hashVersion,
    reserved: view.getUint8(3),
    crc: view.getUint32(CRC_AT, true),
    tail: cut(CRC_AT + 4, SIGNATURE_BLOCK_LENGTH),
  };
  if (version !== SIGNATURE_ECDSA) {
    const key = {
      modulus: cut(RSA_AT.modulus, RSA_AT.exponent),
      exponent: view.getUint32(RSA_AT.exponent, true),
      rSquared: cut(RSA_AT.rSquared, RSA_AT.mPrime),
      mPrime: view.getUint32(RSA_AT.mPrime, true),
    };
    const digest = cut(DIGEST_AT, RSA_AT.modulus);
    return { ...frame, layout: 'rsa', digest, key, signature: cut(RSA_AT.signature, CRC_AT) };
  }
  const layout = hashVersion === 1 ? 'ecdsa-384' : 'ecdsa-256';
  const { curve, pair } = ECDSA_LAYOUT[layout];
  const [signature, filler] = [curve + 1 + pair, curve + 1 + 2 * pair];
  return {
    ...frame,
    layout,
    digest: cut(DIGEST_AT, curve),
    key: { curveId: view.getUint8(curve), point: cut(curve + 1, signature) },
    signature: cut(signature, filler),
    filler: cut(filler, CRC_AT),
  };
}

/** The 1216 bytes of a block, its CRC as given; members that are too long are cut to their field. */
export function encodeSignatureBlock(block: SignatureBlock): Uint8Array {
  const bytes = new Uint8Array(SIGNATURE_BLOCK_LENGTH);
  const view = new DataView(bytes.buffer);
  const put = (at: number, end: number, data: Uint8Array) => {
    bytes.set(data.subarray(0, end - at), at);
  };
  bytes.set([block.magic, block.version, block.hashVersion, block.reserved]);
  if (block.layout === 'rsa') {
    put(DIGEST_AT, RSA_AT.modulus, block.digest);
    put(RSA_AT.modulus, RSA_AT.exponent, block.key.modulus);
    view.setUint32(RSA_AT.exponent, block.key.exponent, true);
    put(RSA_AT.rSquared, RSA_AT.mPrime, block.key.rSquared);
    view.setUint32(RSA_AT.mPrime, block.key.mPrime, true);
    put(RSA_AT.signature, CRC_AT, block.signature);
  } else {
    const { curve, pair } = ECDSA_LAYOUT[block.layout];
    const [signature, filler] = [curve + 1 + pair, curve + 1 + 2 * pair];
    put(DIGEST_AT, curve, block.digest);
    view.setUint8(curve, block.key.curveId);
    put(curve + 1, signature, block.key.point);
    put(signature, filler, block.signature);
    put(filler, CRC_AT, block.filler);
  }
  view.setUint32(CRC_AT, block.crc, true);
  put(CRC_AT + 4, SIGNATURE_BLOCK_LENGTH, block.tail);
  return bytes;
}

/** The same block with the CRC that fits it: the last step of signing, and of forging. */
export function withBlockCrc<Block extends SignatureBlock>(block: Block): Block {
  return { ...block, crc: crc32(encodeSignatureBlock(block).subarray(0, CRC_AT)) };
}

/** Blocks of a signature sector that carry the magic byte, in order; at most three. */
export function parseSignatureSector(sector: Uint8Array): readonly SignatureBlock[] {
  const blocks: SignatureBlock[] = [];
  for (let i = 0; i < SIGNATURE_BLOCKS; i++) {
    const block = decodeSignatureBlock(sector.subarray(i * SIGNATURE_BLOCK_LENGTH));
    if (block?.magic === SIGNATURE_MAGIC) blocks.push(block);
  }
  return blocks;
}

/** What the block is signed with; null when version, hash and curve belong to no scheme. */
export function blockScheme(block: SignatureBlock): SignatureScheme | null {
  if (block.layout === 'rsa') return block.version === SIGNATURE_RSA ? 'rsa-3072' : null;
  const curves = CURVES[block.layout];
  const { curveId } = block.key;
  const hashVersion = block.layout === 'ecdsa-384' ? 1 : 0;
  if (block.version !== SIGNATURE_ECDSA || block.hashVersion !== hashVersion) return null;
  return Object.hasOwn(curves, curveId) ? (curves[curveId] ?? null) : null;
}

/** Hash of the image that blocks of this scheme sign. */
export function hashOfScheme(scheme: SignatureScheme): 'sha256' | 'sha384' {
  return scheme === 'ecdsa-p384' ? 'sha384' : 'sha256';
}

/** SHA-256 of the public key part, as burned into the eFuses. */
export function keyDigest(block: SignatureBlock): Uint8Array {
  const bytes = encodeSignatureBlock(block);
  if (block.layout === 'rsa')
    return hash('sha256', bytes.subarray(RSA_AT.modulus, RSA_AT.signature), 'buffer');
  const { curve, pair } = ECDSA_LAYOUT[block.layout];
  return hash('sha256', bytes.subarray(curve, curve + 1 + pair), 'buffer');
}

/** Whether magic, scheme and CRC make this a block to look at. */
export function blockUsable(block: SignatureBlock): boolean {
  return (
    block.magic === SIGNATURE_MAGIC && blockScheme(block) !== null && block.crc === withBlockCrc(block).crc
  );
}
