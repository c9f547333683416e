import { InternalError } from '#core/errors.ts';

/** What decides where trailer fields lie. All in bytes but `maxSectors`. */
export interface TrailerShape {
  readonly slotSize: number;
  /** BOOT_MAX_ALIGN: 8, 16 or 32. */
  readonly maxAlign: number;
  readonly writeSize: number;
  /** BOOT_MAX_IMG_SECTORS. */
  readonly maxSectors: number;
  /** How images are exchanged; default `swap` (using scratch or move). */
  readonly mode?: TrailerMode;
  /** Bytes of each image key that is kept during a swap, or of its TLV where those are kept; default 0: no encryption. */
  readonly keyLength?: number;
  /** What erased flash reads as; default 0xff. */
  readonly erased?: number;
}

/** Modes whose trailers differ. */
export type TrailerMode = 'swap' | 'swap-offset' | 'overwrite';

/** Offsets from the slot's start. */
export interface TrailerOffsets {
  readonly magic: number;
  readonly imageOk: number;
  readonly copyDone: number;
  readonly swapInfo: number;
  /** Sizes of the unprotected entries of both images; swap-offset alone. */
  readonly unprotectedSizes?: number;
  readonly swapSize: number;
  /** Keys of the images in slot 0 and 1, where they are kept. */
  readonly keys?: readonly [number, number];
  /** First status cell; the trailer starts here. */
  readonly status: number;
}

/** A flag byte decoded: erased, 0x01, or anything else. */
export type TrailerFlag = 'unset' | 'set' | 'bad';
/** The magic decoded: erased, exact, or anything else. */
export type TrailerMagic = 'unset' | 'good' | 'bad';
/** What a trailer asks for. */
export type SwapType = 'none' | 'test' | 'perm' | 'revert' | 'fail';

/** A slot's trailer as the boot loader sees it. */
export interface SwapState {
  readonly magic: TrailerMagic;
  readonly swapType: SwapType;
  readonly imageNumber: number;
  readonly copyDone: TrailerFlag;
  readonly imageOk: TrailerFlag;
}

export const MAGIC_LENGTH = 16;
/** Numbers of the swap types in `swap_info`. */
export const SWAP_TYPE_NUMBER = { none: 1, test: 2, perm: 3, revert: 4, fail: 5 } as const;

/** The swap types in the order of their numbers, from 1. */
export const SWAP_TYPES: readonly SwapType[] = ['none', 'test', 'perm', 'revert', 'fail'];
const MAGIC_8 = Uint8Array.from(Buffer.from('77c295f360d2ef7f3552500f2cb67980', 'hex'));
const MAGIC_TAIL = Buffer.from('2de15d29410b8d77679c110f1f8a', 'hex');
/** Status cells of one sector; with move: one for the move up, two for the exchange. */
const STATES: Readonly<Record<TrailerMode, number>> = { swap: 3, 'swap-offset': 2, overwrite: 0 };
/** Cells between status and magic; overwrite-only keeps no size and no keys. */
const CELLS: Readonly<Record<TrailerMode, number>> = { swap: 4, 'swap-offset': 5, overwrite: 3 };

/** The 16 bytes that seal a trailer; they differ for alignments above 8. */
export function trailerMagic(maxAlign: number): Uint8Array {
  if (maxAlign === 8) return MAGIC_8;
  return Uint8Array.from([maxAlign & 0xff, maxAlign >> 8, ...MAGIC_TAIL]);
}

/** Where the fields lie, counted back from the slot's end. */
export function trailerOffsets(shape: TrailerShape): TrailerOffsets {
  const { slotSize, maxAlign } = shape;
  const magic = slotSize - MAGIC_LENGTH;
  const imageOk = alignDown(magic - maxAlign, maxAlign);
  const copyDone = imageOk - maxAlign;
  const swapInfo = copyDone - maxAlign;
  const isOffset = shape.mode === 'swap-offset';
  const swapSize = swapInfo - (isOffset ? 2 : 1) * maxAlign;
  const keyCell = alignUp(shape.keyLength ?? 0, maxAlign);
  const status = slotSize - trailerSize(shape);
  if (status < 0) {
    throw new InternalError({
      code: 'trailer-shape',
      message: 'the trailer does not fit the slot',
      expected: `a slot of at least ${trailerSize(shape)} bytes`,
      got: String(slotSize),
      remedy: 'check the flash layout of the board',
    });
  }
  return {
    magic,
    imageOk,
    copyDone,
    swapInfo,
    ...(isOffset ? { unprotectedSizes: swapInfo - maxAlign } : {}),
    swapSize,
    ...(keyCell > 0 ? { keys: [swapSize - keyCell, swapSize - 2 * keyCell] } : {}),
    status,
  };
}

/** Bytes from the trailer's first cell (a status cell where the mode has any) to the slot's end. */
export function trailerSize(shape: TrailerShape): number {
  const { maxAlign, writeSize, maxSectors, mode = 'swap', keyLength = 0 } = shape;
  const keys = mode === 'overwrite' ? 0 : 2 * alignUp(keyLength, maxAlign);
  const status = STATES[mode] * maxSectors * writeSize;
  return status + keys + CELLS[mode] * maxAlign + alignUp(MAGIC_LENGTH, maxAlign);
}

/** Decodes a flag cell by its first byte. */
export function decodeFlag(byte: number | undefined, erased = 0xff): TrailerFlag {
  if (byte === erased) return 'unset';
  return byte === 1 ? 'set' : 'bad';
}

/** Decodes the magic of a boot loader built for `maxAlign`; the magic of another alignment is bad. */
export function decodeMagic(bytes: Uint8Array, maxAlign: number, erased = 0xff): TrailerMagic {
  if (bytes.every((byte) => byte === erased)) return 'unset';
  const good = trailerMagic(maxAlign);
  return bytes.length === MAGIC_LENGTH && good.every((byte, i) => bytes[i] === byte) ? 'good' : 'bad';
}

/** Decodes the swap_info byte: image number in the high half, swap type in the low. */
export function decodeSwapInfo(byte: number, erased = 0xff): Pick<SwapState, 'swapType' | 'imageNumber'> {
  const swapType = SWAP_TYPES[(byte & 0xf) - 1];
  if (byte === erased || swapType === undefined || swapType === 'fail') {
    return { swapType: 'none', imageNumber: 0 };
  }
  return { swapType, imageNumber: byte >> 4 };
}

/** Reads the trailer of a whole slot's bytes; `at` saves working the offsets out again. */
export function readSwapState(
  slot: Uint8Array,
  shape: TrailerShape,
  at: TrailerOffsets = trailerOffsets(shape),
): SwapState {
  const { maxAlign, erased = 0xff } = shape;
  return {
    magic: decodeMagic(slot.subarray(at.magic, at.magic + MAGIC_LENGTH), maxAlign, erased),
    ...decodeSwapInfo(slot[at.swapInfo] ?? erased, erased),
    copyDone: decodeFlag(slot[at.copyDone], erased),
    imageOk: decodeFlag(slot[at.imageOk], erased),
  };
}

/** Trailer content to write; what is left out stays erased. */
export interface TrailerContent {
  readonly magic?: boolean;
  readonly imageOk?: number;
  readonly copyDone?: number;
  readonly swapType?: keyof typeof SWAP_TYPE_NUMBER;
}

/** Bytes from `swap_info` to the slot's end: what a probe or a padded image carries to ask for a boot. */
export function encodeTrailer(
  shape: TrailerShape,
  content: TrailerContent,
): { readonly offset: number; readonly bytes: Uint8Array } {
  const at = trailerOffsets(shape);
  const offset = at.swapInfo;
  const bytes = new Uint8Array(shape.slotSize - offset).fill(shape.erased ?? 0xff);
  if (content.swapType !== undefined) bytes[0] = SWAP_TYPE_NUMBER[content.swapType];
  if (content.copyDone !== undefined) bytes[at.copyDone - offset] = content.copyDone;
  if (content.imageOk !== undefined) bytes[at.imageOk - offset] = content.imageOk;
  if (content.magic === true) bytes.set(trailerMagic(shape.maxAlign), at.magic - offset);
  return { offset, bytes };
}

function alignDown(value: number, align: number): number {
  return value - (value % align);
}

function alignUp(value: number, align: number): number {
  return alignDown(value + align - 1, align);
}
