import { InternalError } from '#core/errors.ts';
import type { SigningKey } from '#core/board.ts';
import { resign } from '#codecs/mcuboot-build.ts';
import { isDefect, parseMcubootImage, type ImageLies, type McubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey, type McubootKey } from '#codecs/mcuboot-key.ts';
import { SCHEMES } from '#codecs/mcuboot-scheme.ts';
import { TLV, TLV_HEADER, tlvAreaSize, type Tlv } from '#codecs/mcuboot-tlv.ts';

/** Offsets of an image's parts. */
export interface McubootOffsets {
  readonly payload: number;
  readonly payloadEnd: number;
  /** Info header of the unprotected area. */
  readonly unprotected: number;
  readonly end: number;
}

/** Takes the base of a forgery apart. InternalError when it is no image: forgeries start from sound ones. */
export function soundMcuboot(base: Uint8Array): McubootImage {
  const image = parseMcubootImage(base);
  if (!isDefect(image)) return image;
  throw new InternalError({
    code: 'forge-base',
    message: 'a forgery must start from a sound image',
    expected: image.expected,
    got: `${image.defect}: ${image.got}`,
    remedy: 'give the forger an image as the board builds it',
  });
}

/** Where the parts of an image lie. */
export function offsetsOf({ header, unprotectedTlvs }: McubootImage): McubootOffsets {
  const payloadEnd = header.headerSize + header.imageSize;
  const unprotected = payloadEnd + header.protectedSize;
  return {
    payload: header.headerSize,
    payloadEnd,
    unprotected,
    end: unprotected + tlvAreaSize(unprotectedTlvs),
  };
}

/** Behind the manifest that a test payload begins with. */
const AFTER_MANIFEST = 0x400;

/** An offset in the payload that is neither its beginning nor its end: behind a test manifest, or in the middle. */
export function withinPayload(base: Uint8Array): number {
  const { payload, payloadEnd } = offsetsOf(soundMcuboot(base));
  return payload + Math.min(AFTER_MANIFEST, (payloadEnd - payload) >> 1);
}

/** Offset of the value of the first entry of a type. InternalError when there is none. */
export function valueOffset(image: McubootImage, type: number): number {
  const { payloadEnd, unprotected } = offsetsOf(image);
  const at =
    entryOffset(image.protectedTlvs, payloadEnd, type) ??
    entryOffset(image.unprotectedTlvs, unprotected, type);
  if (at !== null) return at + TLV_HEADER;
  throw missingEntry(type);
}

/** The first unprotected entry of a type. InternalError when there is none. */
export function unprotectedEntry(image: McubootImage, type: number): Tlv {
  const entry = image.unprotectedTlvs.find((tlv) => tlv.type === type);
  if (entry !== undefined) return entry;
  throw missingEntry(type);
}

/** The first signature of an image, by whatever scheme. InternalError when there is none. */
export function signatureOf(image: McubootImage): Tlv {
  const entry = image.unprotectedTlvs.find(({ type }) => SIGNATURES.has(type));
  if (entry !== undefined) return entry;
  throw missingEntry(TLV.ecdsaSignature);
}

/** The image with its signatures replaced by these; none takes them out. */
export function withSignatures(image: McubootImage, entries: readonly Tlv[]): McubootImage {
  return withUnprotected(image, signatureOf(image).type, entries);
}

const SIGNATURES: ReadonlySet<number> = new Set(Object.values(SCHEMES).map(({ tlv }) => tlv));

/** The image with each unprotected entry of a type replaced by these; none takes it out. */
export function withUnprotected(image: McubootImage, type: number, entries: readonly Tlv[]): McubootImage {
  const unprotectedTlvs = image.unprotectedTlvs.flatMap((tlv) => (tlv.type === type ? entries : [tlv]));
  return { ...image, unprotectedTlvs };
}

/** The image with another protected area, and the size in its header made to fit; not signed again. */
export function withProtected(image: McubootImage, protectedTlvs: readonly Tlv[]): McubootImage {
  const protectedSize = protectedTlvs.length === 0 ? 0 : tlvAreaSize(protectedTlvs);
  return { ...image, protectedTlvs, header: { ...image.header, protectedSize } };
}

/** Hash, key and signature made anew with a key. */
export function signedWith(image: McubootImage, key: SigningKey, lies: ImageLies = {}): McubootImage {
  return resign(image, keyOf(key), lies);
}

const keys = new Map<string, McubootKey>();

/** The key behind a PEM, read once. */
export function keyOf({ id, pem }: SigningKey): McubootKey {
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key = mcubootKey(pem);
  keys.set(id, key);
  return key;
}

function entryOffset(tlvs: readonly Tlv[], area: number, type: number): number | null {
  let at = area + TLV_HEADER;
  for (const tlv of tlvs) {
    if (tlv.type === type) return at;
    at += TLV_HEADER + tlv.value.length;
  }
  return null;
}

function missingEntry(type: number): InternalError {
  return new InternalError({
    code: 'forge-entry',
    message: `the base image has no TLV of type 0x${type.toString(16)}`,
    remedy: 'give the forger an image with counter, product, hash, key hash and signature',
  });
}
