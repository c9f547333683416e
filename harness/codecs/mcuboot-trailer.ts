import { InternalError } from '#core/errors.ts';

/** What decides where trailer fields lie. All in bytes but `maxSectors`. */
export interface TrailerShape {
  readonly slotSize: number;
  /** BOOT_MAX_ALIGN: 8, 16 or 32. */
  readonly maxAlign: number;
  readonly writeSize: number;
  /** BOOT_MAX_IMG_SECTORS. */
  readonly maxSectors: number;
}

/** Offsets from the slot's start (swap using scratch or move, no encryption). */
export interface TrailerOffsets {
  readonly magic: number;
  readonly imageOk: number;
  readonly copyDone: number;
  readonly swapInfo: number;
  readonly swapSize: number;
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
/** Status cells of one sector: one for the move up, two for the exchange. */
const STATES = 3;

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
  const swapSize = swapInfo - maxAlign;
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
  return { magic, imageOk, copyDone, swapInfo, swapSize, status };
}

/** Bytes from the first status cell to the slot's end. */
export function trailerSize({ maxAlign, writeSize, maxSectors }: TrailerShape): number {
  return STATES * maxSectors * writeSize + 4 * maxAlign + alignUp(MAGIC_LENGTH, maxAlign);
}

/** Decodes a flag cell by its first byte. */
export function decodeFlag(byte: number | undefined): TrailerFlag {
  if (byte === 0xff) return 'unset';
  return byte === 1 ? 'set' : 'bad';
}

/** Decodes the magic of a boot loader built for `maxAlign`; the magic of another alignment is bad. */
export function decodeMagic(bytes: Uint8Array, maxAlign: number): TrailerMagic {
  if (bytes.every((byte) => byte === 0xff)) return 'unset';
  const good = trailerMagic(maxAlign);
  return bytes.length === MAGIC_LENGTH && good.every((byte, i) => bytes[i] === byte) ? 'good' : 'bad';
}

/** Decodes the swap_info byte: image number in the high half, swap type in the low. */
export function decodeSwapInfo(byte: number): Pick<SwapState, 'swapType' | 'imageNumber'> {
  const swapType = SWAP_TYPES[(byte & 0xf) - 1];
  if (byte === 0xff || swapType === undefined || swapType === 'fail') {
    return { swapType: 'none', imageNumber: 0 };
  }
  return { swapType, imageNumber: byte >> 4 };
}

/** Reads the trailer of a whole slot's bytes. */
export function readSwapState(slot: Uint8Array, shape: TrailerShape): SwapState {
  const at = trailerOffsets(shape);
  return {
    magic: decodeMagic(slot.subarray(at.magic, at.magic + MAGIC_LENGTH), shape.maxAlign),
    ...decodeSwapInfo(slot[at.swapInfo] ?? 0xff),
    copyDone: decodeFlag(slot[at.copyDone]),
    imageOk: decodeFlag(slot[at.imageOk]),
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
  const bytes = new Uint8Array(shape.slotSize - offset).fill(0xff);
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
