import type { SwapType } from '#codecs/mcuboot-trailer.ts';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import { eraseForUpload, findEntry, slotEntry, writeUpload } from '#virtual/mcuboot/slot-access.ts';
import { writeImageOk, writeMagic, writeSwapInfo } from '#virtual/mcuboot/trailer.ts';
import type { ImageError, ImageStore, SlotEntry } from '#virtual/image-store.ts';

/** The slots as mcumgr works on them from within the application. */
export class SlotImages implements ImageStore {
  readonly #loader: Loader;
  /** Where in the update slot an update begins. */
  readonly #start: number;

  constructor(loader: Loader, start = 0) {
    this.#loader = loader;
    this.#start = start;
  }

  readonly updateSlot = 1;

  get slotSize(): number {
    return this.#target.size;
  }

  get maxImageSize(): number {
    return this.#loader.maxImageSize;
  }

  list(): readonly SlotEntry[] {
    const { primary, secondary } = this.#loader;
    const next = this.#next();
    const active = slotEntry(0, primary, { active: true, confirmed: next !== 'revert' });
    // A revert is the one boot that takes the image from the slot's start, where the swap left it.
    const other = slotEntry(1, next === 'revert' ? secondary : secondary.imageAt(this.#start), {
      confirmed: next === 'revert',
      pending: next === 'test' || next === 'perm',
      permanent: next === 'perm',
    });
    return [active, other].filter((entry) => entry !== null);
  }

  erase(length: number): void {
    eraseForUpload(this.#target, this.#base, length);
  }

  write(offset: number, bytes: Uint8Array): void {
    writeUpload(this.#target, this.#base + offset, bytes);
  }

  read(offset: number, length: number): Uint8Array {
    return this.#target.read(this.#base + offset, length)?.slice() ?? new Uint8Array();
  }

  setPending(hash: Uint8Array | null, permanent: boolean): ImageError {
    const wanted = findEntry(this.list(), hash, ({ slot }) => slot === 1);
    if (typeof wanted === 'number') return wanted;
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
    writeSwapInfo(slot, permanent ? 'perm' : 'test', this.#loader.index);
    return IMAGE_ERROR.ok;
  }

  /** What the boot loader would do now. */
  #next(): SwapType {
    return this.#loader.swapType();
  }

  /** Where an upload begins in the slot it goes to. */
  get #base(): number {
    return this.#target === this.#loader.secondary ? this.#start : 0;
  }

  /** The slot that uploads go to. */
  get #target(): Slot {
    const { primary, secondary } = this.#loader;
    return this.#loader.flawed('mcuboot/upload-to-running-slot') ? primary : secondary;
  }
}
