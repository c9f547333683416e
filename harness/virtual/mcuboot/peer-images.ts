import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { type NextBoot, nextByTrial, nextByVersion } from '#virtual/mcuboot/peer-next.ts';
import type { Slot } from '#virtual/mcuboot/slot.ts';
import {
  eraseForUpload,
  findEntry,
  type SlotFlags,
  slotEntry,
  writeUpload,
} from '#virtual/mcuboot/slot-access.ts';
import { setCopyDone, setImageOk, writeMagic } from '#virtual/mcuboot/trailer.ts';
import type { ImageError, ImageStore, SlotEntry } from '#virtual/image-store.ts';

/** How mcumgr lists the slot that does not run. */
const OTHER_FLAGS: Readonly<Record<NextBoot, SlotFlags>> = {
  stays: {},
  other: { pending: true, permanent: true },
  'other-on-trial': { pending: true },
  reverts: { confirmed: true },
};

/** The slots as mcumgr works on them where images run from either: the update slot is the one that does not run. */
export class PeerImages implements ImageStore {
  readonly #loader: Loader;
  /** Whether images have a trial: without one, the version alone decides what boots. */
  readonly #reverts: boolean;

  constructor(loader: Loader, { reverts }: { readonly reverts: boolean }) {
    this.#loader = loader;
    this.#reverts = reverts;
  }

  get updateSlot(): 0 | 1 {
    return this.#loader.running === 'primary' ? 1 : 0;
  }

  get slotSize(): number {
    return this.#target.size;
  }

  get maxImageSize(): number {
    return this.#loader.maxImageSize;
  }

  list(): readonly SlotEntry[] {
    const next = this.#next();
    const active = { active: true, confirmed: next !== 'reverts' };
    const entries =
      this.updateSlot === 1
        ? [slotEntry(0, this.#active, active), slotEntry(1, this.#other, OTHER_FLAGS[next])]
        : [slotEntry(0, this.#other, OTHER_FLAGS[next]), slotEntry(1, this.#active, active)];
    return entries.filter((entry) => entry !== null);
  }

  erase(length: number): void {
    eraseForUpload(this.#target, 0, length);
  }

  write(offset: number, bytes: Uint8Array): void {
    writeUpload(this.#target, offset, bytes);
  }

  read(offset: number, length: number): Uint8Array {
    return this.#target.read(offset, length)?.slice() ?? new Uint8Array();
  }

  setPending(hash: Uint8Array | null, permanent: boolean): ImageError {
    const wanted = findEntry(this.list(), hash, ({ active }) => !active);
    if (typeof wanted === 'number') return wanted;
    if (wanted.active) return permanent ? this.confirm() : IMAGE_ERROR.cannotTestActive;
    if (!this.#reverts && this.#next() === 'other') {
      return permanent ? IMAGE_ERROR.ok : IMAGE_ERROR.alreadyPending;
    }
    return this.#setNext(this.#other, permanent);
  }

  confirm(): ImageError {
    if (this.#loader.flawed('mcuboot/confirm-not-stored')) return IMAGE_ERROR.ok;
    if (this.#reverts) return this.#setNext(this.#active, true);
    return this.#next() === 'stays' ? IMAGE_ERROR.ok : IMAGE_ERROR.alreadyPending;
  }

  /** bootutil's `boot_set_next` as it is built for direct-XIP: a confirmed image is marked as if it had had its trial. */
  #setNext(slot: Slot, confirmed: boolean): ImageError {
    const { magic } = this.#loader.state(slot);
    if (magic === 'bad') return IMAGE_ERROR.headerMagic;
    if (magic === 'unset') writeMagic(slot);
    if (confirmed) {
      setCopyDone(slot);
      setImageOk(slot);
    }
    return IMAGE_ERROR.ok;
  }

  #next(): NextBoot {
    const next = this.#reverts ? nextByTrial : nextByVersion;
    return next(this.#loader, this.#active, this.#other);
  }

  get #active(): Slot {
    const { primary, secondary, running } = this.#loader;
    return running === 'primary' ? primary : secondary;
  }

  get #other(): Slot {
    const { primary, secondary, running } = this.#loader;
    return running === 'primary' ? secondary : primary;
  }

  /** The slot that uploads go to. */
  get #target(): Slot {
    return this.#loader.flawed('mcuboot/upload-to-running-slot') ? this.#active : this.#other;
  }
}
