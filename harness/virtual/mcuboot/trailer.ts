import {
  MAGIC_LENGTH,
  readSwapState,
  SWAP_TYPE_NUMBER,
  type SwapState,
  type SwapType,
  trailerMagic,
} from '#codecs/mcuboot-trailer.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';

/** Sizes of the unprotected entries of both images, bytes. */
export interface UnprotectedSizes {
  primary: number;
  secondary: number;
}

/** Enough of the magic for a boot loader that does not look at all of it. */
const FIRST_WORD = 4;

/** A slot's trailer as found; `lenient` takes the magic's first word for the whole. */
export function swapStateOf(slot: Slot, lenient: boolean): SwapState {
  const state = readSwapState(slot.bytes, slot.shape, slot.at);
  if (!lenient || state.magic !== 'bad') return state;
  const good = trailerMagic(slot.shape.maxAlign);
  const begun = good.subarray(0, FIRST_WORD).every((byte, i) => slot.byte(slot.at.magic + i) === byte);
  return begun ? { ...state, magic: 'good' } : state;
}

export function writeMagic(slot: Slot): void {
  const { maxAlign } = slot.shape;
  const cell = new Uint8Array(Math.ceil(MAGIC_LENGTH / maxAlign) * maxAlign).fill(0xff);
  cell.set(trailerMagic(maxAlign), cell.length - MAGIC_LENGTH);
  slot.write(slot.size - cell.length, cell);
}

export function writeImageOk(slot: Slot): void {
  writeCell(slot, slot.at.imageOk, [1]);
}

export function writeCopyDone(slot: Slot): void {
  writeCell(slot, slot.at.copyDone, [1]);
}

export function writeSwapInfo(slot: Slot, type: SwapType, image = 0): void {
  writeCell(slot, slot.at.swapInfo, [(image << 4) | SWAP_TYPE_NUMBER[type]]);
}

/** The number of a trailer's swap type: 1, none, where it is erased or none that a swap has; 0 stays 0. */
export function swapTypeNumber(slot: Slot): number {
  const swapInfo = slot.byte(slot.at.swapInfo);
  const number = swapInfo & 0xf;
  return swapInfo === 0xff || number > SWAP_TYPE_NUMBER.revert ? SWAP_TYPE_NUMBER.none : number;
}

export function writeSwapSize(slot: Slot, size: number): void {
  writeCell(slot, slot.at.swapSize, [size, size >> 8, size >> 16, size >> 24]);
}

/** Swap-offset alone: the sizes of both images' unprotected entries, in one cell. */
export function writeUnprotectedSizes(slot: Slot, { primary, secondary }: UnprotectedSizes): void {
  const { unprotectedSizes } = slot.at;
  if (unprotectedSizes === undefined) return;
  writeCell(slot, unprotectedSizes, [primary, primary >> 8, secondary, secondary >> 8]);
}

export function readUnprotectedSizes(slot: Slot): UnprotectedSizes {
  const at = slot.at.unprotectedSizes ?? 0;
  const u16 = (offset: number) => slot.byte(offset) | (slot.byte(offset + 1) << 8);
  return { primary: u16(at), secondary: u16(at + 2) };
}

export function readSwapSize(slot: Slot): number {
  const cell = slot.bytes;
  return new DataView(cell.buffer, cell.byteOffset).getUint32(slot.at.swapSize, true);
}

/** Sets image_ok unless something is there already. */
export function setImageOk(slot: Slot): void {
  if (slot.byte(slot.at.imageOk) === 0xff) writeImageOk(slot);
}

/** Sets copy_done unless something is there already. */
export function setCopyDone(slot: Slot): void {
  if (slot.byte(slot.at.copyDone) === 0xff) writeCopyDone(slot);
}

/** Writes a trailer cell: its bytes, then erased value up to a whole word. */
export function writeCell(slot: Slot, offset: number, values: readonly number[]): void {
  const cell = new Uint8Array(Math.ceil(values.length / slot.word) * slot.word).fill(0xff);
  cell.set(values);
  slot.write(offset, cell);
}
