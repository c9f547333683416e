import { byteString, type SmpReply, type SmpRequest, unsigned } from '#virtual/smp-request.ts';
import { SMP_ERROR } from '#codecs/smp-error.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';

const REFUSED: SmpReply = { rc: SMP_ERROR.invalid };

/** An upload under way. */
interface Transfer {
  readonly slot: Slot;
  readonly size: number;
  /** Bytes written. */
  offset: number;
  /** First byte of the first sector that is not erased yet. */
  erasedTo: number;
}

/**
 * The upload of serial recovery: straight into the primary slot, sector by sector as it comes, with no look at what it is.
 * A chunk at the wrong place is answered with the right one.
 */
export class RecoveryUpload {
  readonly #slots: readonly Slot[];
  #transfer: Transfer | null = null;

  /** Slots by image number. */
  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  take(request: SmpRequest): SmpReply {
    const map = request.members();
    if (map === null) return REFUSED;
    const [data, offset] = [byteString(map, 'data'), unsigned(map, 'off')];
    const [length, image] = [unsigned(map, 'len'), unsigned(map, 'image')];
    if (!data || typeof offset !== 'number' || length === null || image === null) return REFUSED;
    if (offset === 0) return this.#begin(image ?? 0, length, data);
    const transfer = this.#transfer;
    if (transfer === null || offset !== transfer.offset) return at(transfer?.offset ?? 0);
    return offset + data.length > transfer.size ? REFUSED : write(transfer, data);
  }

  /** Of the first chunk, bootutil does not check that it ends before the length that was announced. */
  #begin(image: number, length: number | undefined, data: Uint8Array): SmpReply {
    const slot = this.#slots[image];
    if (slot === undefined) return REFUSED;
    this.#transfer = { slot, size: 0, offset: 0, erasedTo: 0 };
    if (length === undefined || length > slot.size) return REFUSED;
    this.#transfer = { slot, size: length, offset: 0, erasedTo: 0 };
    return write(this.#transfer, data);
  }
}

/** Writes whole words, and a rest of one only where it ends the image. */
function write(transfer: Transfer, data: Uint8Array): SmpReply {
  const { slot, size, offset } = transfer;
  if (!eraseUpTo(transfer, offset + data.length)) return REFUSED;
  const whole = data.length - (data.length % slot.word);
  const isLast = offset + data.length >= size;
  const taken = isLast ? data.length : whole;
  if (whole > 0) slot.write(offset, data.subarray(0, whole));
  if (taken > whole) {
    const word = new Uint8Array(slot.word).fill(0xff);
    word.set(data.subarray(whole));
    slot.write(offset + whole, word);
  }
  transfer.offset += taken;
  if (transfer.offset === size) slot.eraseSector(slot.trailerSector);
  return at(transfer.offset);
}

/** Erases the sectors that the bytes up to `end` need; false where they do not fit the slot. */
function eraseUpTo(transfer: Transfer, end: number): boolean {
  const { slot, erasedTo } = transfer;
  if (end > slot.size) return false;
  if (end <= erasedTo) return true;
  const sectors = Math.ceil(end / slot.sector);
  slot.eraseSectors(erasedTo / slot.sector, sectors);
  transfer.erasedTo = sectors * slot.sector;
  return true;
}

function at(offset: number): SmpReply {
  return {
    members: [
      ['rc', 0],
      ['off', offset],
    ],
  };
}
