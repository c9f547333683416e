import { HEADER_FLAG, HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import type { SwapType } from '#codecs/mcuboot-trailer.ts';
import { formatSmpVersion } from '#codecs/mcuboot-version.ts';
import { headerAt } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource, Slot } from '#virtual/mcuboot/slot.ts';
import { findInSlot } from '#virtual/mcuboot/tlv-walk.ts';
import { writeImageOk, writeMagic, writeSwapInfo } from '#virtual/mcuboot/trailer.ts';
import type { ImageError, ImageStore, SlotEntry } from '#virtual/image-store.ts';

/** Errors of mcumgr's image group that the slots can give. */
export const IMAGE_ERROR = {
  ok: 0,
  noImage: 3,
  hashNotFound: 8,
  headerMagic: 23,
  invalidHash: 24,
  alreadyPending: 28,
  cannotTestActive: 33,
} as const;

const HASH_LENGTH = 32;

/** The slots as mcumgr works on them from within the application. */
export class SlotImages implements ImageStore {
  readonly #loader: Loader;
  /** Where in the update slot an update begins. */
  readonly #start: number;

  constructor(loader: Loader, start = 0) {
    this.#loader = loader;
    this.#start = start;
  }

  get slotSize(): number {
    return this.#target.size;
  }

  get maxImageSize(): number {
    return this.#loader.maxImageSize;
  }

  list(): readonly SlotEntry[] {
    const { primary, secondary } = this.#loader;
    const next = this.#next();
    const active = this.#entry(0, primary, {
      active: true,
      confirmed: next !== 'revert',
      pending: false,
      permanent: false,
    });
    // A revert is the one boot that takes the image from the slot's start, where the swap left it.
    const other = this.#entry(1, next === 'revert' ? secondary : secondary.imageAt(this.#start), {
      active: false,
      confirmed: next === 'revert',
      pending: next === 'test' || next === 'perm',
      permanent: next === 'perm',
    });
    return [active, other].filter((entry) => entry !== null);
  }

  erase(length: number): void {
    const slot = this.#target;
    const pages = Math.min(Math.ceil((this.#start + length) / slot.sector), slot.sectors);
    slot.eraseSectors(0, pages);
    slot.eraseBackwards(Math.max(pages, slot.trailerSector));
  }

  write(offset: number, bytes: Uint8Array): void {
    const slot = this.#target;
    const length = Math.ceil(bytes.length / slot.word) * slot.word;
    if (length === bytes.length) return slot.write(this.#start + offset, bytes);
    const padded = new Uint8Array(length).fill(0xff);
    padded.set(bytes);
    slot.write(this.#start + offset, padded);
  }

  read(offset: number, length: number): Uint8Array {
    return this.#target.read(this.#start + offset, length)?.slice() ?? new Uint8Array();
  }

  setPending(hash: Uint8Array | null, permanent: boolean): ImageError {
    if (hash !== null && hash.length !== HASH_LENGTH) return IMAGE_ERROR.invalidHash;
    const slots = this.list();
    const wanted =
      hash === null
        ? slots.find(({ slot }) => slot === 1)
        : slots.find((entry) => Buffer.compare(entry.hash, hash) === 0);
    if (wanted === undefined) return hash === null ? IMAGE_ERROR.noImage : IMAGE_ERROR.hashNotFound;
    if (wanted.active) return permanent ? this.confirm() : IMAGE_ERROR.cannotTestActive;
    return this.#bootNext(permanent);
  }

  confirm(): ImageError {
    const next = this.#next();
    if (next === 'none') return IMAGE_ERROR.ok;
    if (next !== 'revert') return IMAGE_ERROR.alreadyPending;
    const { primary } = this.#loader;
    if (!this.#loader.flawed('mcuboot/confirm-not-stored')) writeImageOk(primary);
    return IMAGE_ERROR.ok;
  }

  #bootNext(permanent: boolean): ImageError {
    const { secondary } = this.#loader;
    switch (this.#next()) {
      case 'test':
        return permanent ? IMAGE_ERROR.alreadyPending : IMAGE_ERROR.ok;
      case 'perm':
      case 'revert':
        return permanent ? IMAGE_ERROR.ok : IMAGE_ERROR.alreadyPending;
      default:
        return this.#mark(secondary, permanent);
    }
  }

  #mark(slot: Slot, permanent: boolean): ImageError {
    const { magic } = this.#loader.state(slot);
    if (magic === 'bad') return IMAGE_ERROR.headerMagic;
    if (magic === 'good') return IMAGE_ERROR.ok;
    writeMagic(slot);
    if (permanent) writeImageOk(slot);
    writeSwapInfo(slot, permanent ? 'perm' : 'test');
    return IMAGE_ERROR.ok;
  }

  /** What the boot loader would do now. */
  #next(): SwapType {
    const { primary, secondary } = this.#loader;
    return swapTypeOf(this.#loader.state(primary), this.#loader.state(secondary));
  }

  /** The slot that uploads go to. */
  get #target(): Slot {
    const { primary, secondary } = this.#loader;
    return this.#loader.flawed('mcuboot/upload-to-running-slot') ? primary : secondary;
  }

  #entry(
    number: 0 | 1,
    image: ImageSource,
    flags: Pick<SlotEntry, 'active' | 'confirmed' | 'pending' | 'permanent'>,
  ): SlotEntry | null {
    const header = headerAt(image);
    if (header.magic !== HEADER_MAGIC) return null;
    const hash = findInSlot(image, header, TLV.sha256);
    if (hash?.length !== HASH_LENGTH) return null;
    return {
      slot: number,
      version: formatSmpVersion(header.version),
      hash: hash.slice(),
      bootable: (header.flags & HEADER_FLAG.nonBootable) === 0,
      ...flags,
    };
  }
}
