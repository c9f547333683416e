import { hash } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  encryptionFlag,
  encryptMcubootImage,
  type ImageEncryption,
  padToBlock,
} from '#codecs/mcuboot-encryption.ts';
import { HEADER_FLAG, HEADER_LENGTH, HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { encodeMcubootImage, hashedBytes, type ImageLies, type McubootImage } from '#codecs/mcuboot-image.ts';
import type { McubootKey } from '#codecs/mcuboot-key.ts';
import { type ProtectedClaims, protectedEntries } from '#codecs/mcuboot-protected.ts';
import { keyHashOf } from '#codecs/mcuboot-public-key.ts';
import { mannerOf, paddedSignature, type SigningManner, settle } from '#codecs/mcuboot-manner.ts';
import { SCHEMES } from '#codecs/mcuboot-scheme.ts';
import { HASH_TLV, type Tlv, TLV, tlvAreaSize } from '#codecs/mcuboot-tlv.ts';
import { UsageError } from '#core/errors.ts';

const U16_MAX = 0xffff;

/** What an image is to be. */
export interface McubootBuild extends ProtectedClaims, SigningManner {
  readonly payload: Uint8Array;
  /** Default 0x200, as Zephyr has it. */
  readonly headerSize?: number;
  /** Flags besides those that the other members bring. */
  readonly flags?: number;
  /** Where the image is copied to before it runs; sets RAM_LOAD. */
  readonly ramAddress?: number;
  /** Where in flash the image must lie; sets ROM_FIXED. */
  readonly romAddress?: number;
  /** What erased flash reads as, and so the padding of the header; default 0xff. */
  readonly erased?: number;
  /** Left out: readable. */
  readonly encryption?: ImageEncryption;
  /** Null: hash only, as an unsigned build. */
  readonly key: McubootKey | null;
}

/** Builds an image as `imgtool sign --pad-header` does, byte for byte but for what is random there. */
export function buildMcubootImage(build: McubootBuild): Uint8Array {
  return encodeMcubootImage(layOutMcubootImage(build));
}

/** The same, taken apart: what a forger starts from. UsageError for what does not fit its field, and as `signatureTlvs`. */
export function layOutMcubootImage(build: McubootBuild): McubootImage {
  const { headerSize = 0x200, erased = 0xff, encryption, key } = build;
  const { hash: hashName } = settle(key, build);
  const id = key === null ? new Uint8Array(32) : keyHashOf(key, hashName);
  const protectedTlvs = protectedEntries(build, { id, hash: hashName });
  const protectedSize = protectedTlvs.length > 0 ? tlvAreaSize(protectedTlvs) : 0;
  demandPossible(build, headerSize, protectedSize);
  const payload = encryption === undefined ? build.payload : padToBlock(build.payload, headerSize);
  const bare: McubootImage = {
    header: {
      magic: HEADER_MAGIC,
      loadAddress: build.romAddress ?? build.ramAddress ?? 0,
      headerSize,
      protectedSize,
      imageSize: payload.length,
      flags: flagsOf(build),
      version: build.version,
      pad: 0,
    },
    headerPadding: new Uint8Array(Math.max(0, headerSize - HEADER_LENGTH)).fill(erased),
    payload,
    protectedTlvs,
    unprotectedTlvs: [],
    rest: new Uint8Array(),
  };
  const signed = { ...bare, unprotectedTlvs: signatureTlvs(bare, key, {}, build) };
  return encryption === undefined ? signed : encryptMcubootImage(signed, encryption);
}

/**
 * Hash, key and signature over what `encodeMcubootImage` would write of a readable image; without a key the hash alone.
 * UsageError for a manner that the key's scheme has not.
 */
export function signatureTlvs(
  image: McubootImage,
  key: McubootKey | null,
  lies: ImageLies = {},
  manner: SigningManner = {},
): Tlv[] {
  const { hash: hashName, pure, publicKey, padSignature } = settle(key, manner);
  const bytes = hashedBytes(image, lies);
  const digest = Uint8Array.from(hash(hashName, bytes, 'buffer'));
  const hashTlv: Tlv = { type: HASH_TLV[hashName], value: digest };
  if (key === null) return [hashTlv];
  const signature = key.sign(pure ? bytes : digest);
  return [
    hashTlv,
    ...(pure ? [{ type: TLV.pureSignature, value: Uint8Array.of(1) }] : []),
    publicKey === 'full'
      ? { type: TLV.publicKey, value: key.publicDer }
      : { type: TLV.keyHash, value: keyHashOf(key, hashName) },
    {
      type: SCHEMES[key.scheme].tlv,
      value: padSignature ? paddedSignature(key.scheme, signature) : signature,
    },
  ];
}

/** Signs again after a change, in the manner found: those entries get new values where they stand, others stay. */
export function resign(image: McubootImage, key: McubootKey, lies: ImageLies = {}): McubootImage {
  const entries = signatureTlvs(image, key, lies, mannerOf(image, key.scheme));
  const fresh = new Map(entries.map((tlv) => [tlv.type, tlv.value]));
  const unprotectedTlvs = image.unprotectedTlvs.map((tlv) => ({
    ...tlv,
    value: fresh.get(tlv.type) ?? tlv.value,
  }));
  return { ...image, unprotectedTlvs };
}

/** A class id for a test product: the start of a hash of its name. */
export function classIdOf(product: string): Uint8Array {
  return sha256(utf8ToBytes(`assay product ${product}`)).slice(0, 16);
}

function demandPossible(build: McubootBuild, headerSize: number, protectedSize: number): void {
  const refuse = (expected: string, got: string, remedy: string) => {
    throw new UsageError({
      code: 'mcuboot-build',
      message: 'no image can be built so',
      expected,
      got,
      remedy,
    });
  };
  if (headerSize < HEADER_LENGTH || headerSize > U16_MAX) {
    refuse(
      `a header of ${HEADER_LENGTH} to ${U16_MAX} bytes`,
      String(headerSize),
      'use 0x200, as Zephyr does',
    );
  }
  if (protectedSize > U16_MAX) {
    refuse(
      `at most ${U16_MAX} bytes of protected entries`,
      String(protectedSize),
      'shorten the custom entries',
    );
  }
  if (build.ramAddress !== undefined && build.romAddress !== undefined) {
    refuse('an address in RAM or one in flash', 'both', 'leave one out');
  }
}

function flagsOf({ flags = 0, ramAddress, romAddress, encryption }: McubootBuild): number {
  const all =
    flags |
    (ramAddress === undefined ? 0 : HEADER_FLAG.ramLoad) |
    (romAddress === undefined ? 0 : HEADER_FLAG.romFixed) |
    (encryption === undefined ? 0 : encryptionFlag(encryption.imageKey));
  return all >>> 0;
}
