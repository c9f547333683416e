import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { HEADER_LENGTH, HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { encodeMcubootImage, hashedBytes, type ImageLies, type McubootImage } from '#codecs/mcuboot-image.ts';
import type { McubootKey } from '#codecs/mcuboot-key.ts';
import { type Tlv, TLV, tlvAreaSize, u32Value } from '#codecs/mcuboot-tlv.ts';
import type { McubootVersion } from '#codecs/mcuboot-version.ts';

export interface McubootBuild {
  readonly version: McubootVersion;
  readonly payload: Uint8Array;
  /** Default 0x200, as Zephyr has it. */
  readonly headerSize?: number;
  readonly flags?: number;
  readonly loadAddress?: number;
  /** SEC_CNT TLV; left out: no counter. */
  readonly securityCounter?: number;
  /** UUID_CID TLV, 16 bytes; left out: for any product. */
  readonly classId?: Uint8Array;
  /** More protected entries, behind the ones above. */
  readonly protectedTlvs?: readonly Tlv[];
  /** Null: hash only, as an unsigned build. */
  readonly key: McubootKey | null;
}

/** Builds an image as `imgtool sign --pad-header` does, byte for byte but for the signature's nonce. */
export function buildMcubootImage(build: McubootBuild): Uint8Array {
  return encodeMcubootImage(layOutMcubootImage(build));
}

/** The same, taken apart: what a forger starts from. */
export function layOutMcubootImage(build: McubootBuild): McubootImage {
  const { headerSize = 0x200, flags = 0, loadAddress = 0, payload, version, key } = build;
  const protectedTlvs = protectedEntries(build);
  const bare: McubootImage = {
    header: {
      magic: HEADER_MAGIC,
      loadAddress,
      headerSize,
      protectedSize: protectedTlvs.length > 0 ? tlvAreaSize(protectedTlvs) : 0,
      imageSize: payload.length,
      flags,
      version,
      pad: 0,
    },
    headerPadding: new Uint8Array(Math.max(0, headerSize - HEADER_LENGTH)).fill(0xff),
    payload,
    protectedTlvs,
    unprotectedTlvs: [],
    rest: new Uint8Array(),
  };
  return { ...bare, unprotectedTlvs: signatureTlvs(bare, key) };
}

/** SHA256, KEYHASH and ECDSA_SIG over what `encodeMcubootImage` would write; without a key the hash alone. */
export function signatureTlvs(image: McubootImage, key: McubootKey | null, lies: ImageLies = {}): Tlv[] {
  const digest = sha256(hashedBytes(image, lies));
  const hashTlv: Tlv = { type: TLV.sha256, value: digest };
  if (key === null) return [hashTlv];
  return [
    hashTlv,
    { type: TLV.keyHash, value: key.keyHash },
    { type: TLV.ecdsaSignature, value: key.sign(digest) },
  ];
}

/** Signs again after a change: entries of the three types get new values where they stand, others stay. */
export function resign(image: McubootImage, key: McubootKey, lies: ImageLies = {}): McubootImage {
  const fresh = new Map(signatureTlvs(image, key, lies).map((tlv) => [tlv.type, tlv.value]));
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

function protectedEntries({ securityCounter, classId, protectedTlvs = [] }: McubootBuild): readonly Tlv[] {
  return [
    ...(securityCounter === undefined
      ? []
      : [{ type: TLV.securityCounter, value: u32Value(securityCounter) }]),
    ...(classId === undefined ? [] : [{ type: TLV.classId, value: classId }]),
    ...protectedTlvs,
  ];
}
