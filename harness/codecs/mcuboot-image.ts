import { concatBytes } from '@noble/hashes/utils.js';
import {
  decodeHeader,
  encodeHeader,
  HEADER_LENGTH,
  HEADER_MAGIC,
  type McubootHeader,
} from '#codecs/mcuboot-header.ts';
import {
  type AreaLie,
  decodeTlvs,
  encodeTlvArea,
  type Tlv,
  TLV,
  TLV_HEADER,
  TLV_MAGIC,
} from '#codecs/mcuboot-tlv.ts';

/** An image taken apart. Nothing in it is computed: `encodeMcubootImage` writes back what is here. */
export interface McubootImage {
  readonly header: McubootHeader;
  /** Bytes between the header proper and the payload; hashed, never read. */
  readonly headerPadding: Uint8Array;
  readonly payload: Uint8Array;
  /** Empty where the header announces no protected area. */
  readonly protectedTlvs: readonly Tlv[];
  readonly unprotectedTlvs: readonly Tlv[];
  /** Whatever follows the TLVs: padding, trailer. */
  readonly rest: Uint8Array;
}

/** Why bytes are no image: the field that does not hold, and where. */
export interface ImageDefect {
  readonly defect:
    | 'too-short'
    | 'header-magic'
    | 'header-size'
    | 'image-size'
    | 'protected-size'
    | 'tlv-magic'
    | 'tlv-total'
    | 'tlv-length';
  /** Offset in the bytes. */
  readonly at: number;
  readonly expected: string;
  readonly got: string;
}

/** Area info headers that lie; the header lies by its own fields, an entry by its `length`. */
export interface ImageLies {
  readonly protectedArea?: AreaLie;
  readonly unprotectedArea?: AreaLie;
}

/** True for the outcome of a parse that failed. */
export function isDefect(parsed: object): parsed is ImageDefect {
  return 'defect' in parsed;
}

/** Takes an image apart; never throws, whatever the bytes. */
export function parseMcubootImage(bytes: Uint8Array): McubootImage | ImageDefect {
  const header = decodeHeader(bytes);
  if (header === null) return fault('too-short', 0, `${HEADER_LENGTH} bytes`, bytes.length);
  if (header.magic !== HEADER_MAGIC) return fault('header-magic', 0, HEADER_MAGIC, header.magic);
  const { headerSize, imageSize, protectedSize } = header;
  if (headerSize < HEADER_LENGTH) return fault('header-size', 8, `at least ${HEADER_LENGTH}`, headerSize);
  const tlvStart = headerSize + imageSize;
  if (tlvStart + protectedSize + TLV_HEADER > bytes.length) {
    return fault('image-size', 12, `at most ${bytes.length} bytes in all`, tlvStart + protectedSize);
  }
  const signed = protectedSize > 0 ? readArea(bytes, tlvStart, TLV_MAGIC.protected) : NO_AREA;
  if (isDefect(signed)) return signed;
  if (signed.total !== protectedSize) return fault('protected-size', 10, signed.total, protectedSize);
  const unprotected = readArea(bytes, tlvStart + protectedSize, TLV_MAGIC.unprotected);
  if (isDefect(unprotected)) return unprotected;
  return {
    header,
    headerPadding: copy(bytes, HEADER_LENGTH, headerSize),
    payload: copy(bytes, headerSize, tlvStart),
    protectedTlvs: signed.tlvs,
    unprotectedTlvs: unprotected.tlvs,
    rest: copy(bytes, tlvStart + protectedSize + unprotected.total),
  };
}

/** Puts an image together exactly as told; a parsed image gives its bytes back. */
export function encodeMcubootImage(image: McubootImage, lies: ImageLies = {}): Uint8Array {
  return concatBytes(
    hashedBytes(image, lies),
    encodeTlvArea(TLV_MAGIC.unprotected, image.unprotectedTlvs, lies.unprotectedArea),
    image.rest,
  );
}

/** The part that is hashed and thereby signed: header, padding, payload, protected area. */
export function hashedBytes(image: McubootImage, lies: ImageLies = {}): Uint8Array {
  const hasProtected = image.protectedTlvs.length > 0 || image.header.protectedSize > 0;
  return concatBytes(
    encodeHeader(image.header),
    image.headerPadding,
    image.payload,
    hasProtected
      ? encodeTlvArea(TLV_MAGIC.protected, image.protectedTlvs, lies.protectedArea)
      : new Uint8Array(),
  );
}

/** The first entry of a type in either area. */
export function findTlv(image: McubootImage, type: number): Uint8Array | null {
  const all = [...image.protectedTlvs, ...image.unprotectedTlvs];
  return all.find((tlv) => tlv.type === type)?.value ?? null;
}

/** The image hash as management protocols report it (SHA-256 TLV), hex; null where there is none. */
export function imageIdentity(image: McubootImage): string | null {
  const value = findTlv(image, TLV.sha256);
  return value === null ? null : Buffer.from(value).toString('hex');
}

/** A copy even of a Buffer, whose own `slice` shares its memory. */
function copy(bytes: Uint8Array, start: number, end?: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(start, end));
}

interface Area {
  /** Bytes, info header included. */
  readonly total: number;
  readonly tlvs: readonly Tlv[];
}

const NO_AREA: Area = { total: 0, tlvs: [] };

function readArea(bytes: Uint8Array, start: number, magic: number): Area | ImageDefect {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const got = view.getUint16(start, true);
  if (got !== magic) return fault('tlv-magic', start, magic, got);
  const total = view.getUint16(start + 2, true);
  const end = start + total;
  if (total < TLV_HEADER || end > bytes.length) {
    return fault('tlv-total', start + 2, `${TLV_HEADER} to ${bytes.length - start}`, total);
  }
  const tlvs = decodeTlvs(bytes.subarray(start + TLV_HEADER, end));
  if (!('brokenAt' in tlvs)) return { total, tlvs };
  return fault('tlv-length', start + TLV_HEADER + tlvs.brokenAt, 'an entry within its area', total);
}

function fault(
  defect: ImageDefect['defect'],
  at: number,
  expected: string | number,
  got: number,
): ImageDefect {
  const show = (value: string | number) => (typeof value === 'string' ? value : `0x${value.toString(16)}`);
  return { defect, at, expected: show(expected), got: show(got) };
}
