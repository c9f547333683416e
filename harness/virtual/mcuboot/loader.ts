import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import type { SwapState, SwapType } from '#codecs/mcuboot-trailer.ts';
import type { ImageReader } from '#codecs/mcuboot-recipient.ts';
import { counterWords, type CounterWords } from '#virtual/mcuboot/counter.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { ImageKeys } from '#virtual/mcuboot/image-keys.ts';
import type { BootMode } from '#virtual/mcuboot/mode.ts';
import { modeOf } from '#virtual/mcuboot/modes.ts';
import { type McubootProfile, trailerOf } from '#virtual/mcuboot/profile.ts';
import { type ImageSource, type McubootLayout, Slot } from '#virtual/mcuboot/slot.ts';
import { swapStateOf, type UnprotectedSizes } from '#virtual/mcuboot/trailer.ts';
import type { Storage } from '#virtual/storage.ts';

export interface McubootOptions {
  readonly storage: Storage;
  readonly layout: McubootLayout;
  readonly profile: McubootProfile;
  /** Public keys compiled in, SubjectPublicKeyInfo DER. */
  readonly trustedKeys: readonly Uint8Array[];
  /** The private key that encrypted images are for, where the profile has any. */
  readonly encryptionKey?: ImageReader;
  /** UUID_CID that an image must carry, 16 bytes. */
  readonly classId: Uint8Array;
  /** Ids out of `mcubootFlaws`; others are ignored. */
  readonly flaws: ReadonlySet<string>;
}

/** What every part of the boot loader works on. */
export class Loader {
  readonly options: McubootOptions;
  readonly profile: McubootProfile;
  readonly mode: BootMode;
  readonly storage: Storage;
  readonly primary: Slot;
  readonly secondary: Slot;
  /** Number of the image that this part of the boot loader deals with. */
  readonly index: number;
  /** All parts, where this is the first: one for each image. */
  readonly images: readonly Loader[];
  /** Where the security counter of the image is stored. */
  readonly counter: CounterWords;
  /** Null where images are swapped without one, or not at all. */
  readonly scratch: Slot | null;
  /** Largest image that there is room for: header to end of TLVs. */
  readonly maxImageSize: number;
  /** Console lines of the current boot. */
  log: string[] = [];
  /** What the images' unprotected entries were measured to take. */
  unprotectedSizes: UnprotectedSizes = { primary: 0, secondary: 0 };
  /** Where the image in the secondary slot was found to begin; anything but 0 in swap-using-offset alone. */
  secondaryStart = 0;
  /** Whether the first sector of a resumed swap is still to come, and whether this boot has completed such a swap. */
  resuming = false;
  resumed = false;
  /** A status cell that a flawed boot loader has yet to write. */
  owedCell: (() => void) | null = null;
  /** Keys of encrypted images; null where the build knows none. */
  keys: ImageKeys | null = null;
  /** The slot of the application that was jumped to, where either can be. */
  running: 'primary' | 'secondary' = 'primary';

  constructor(options: McubootOptions, index = 0) {
    const { storage, layout, profile } = options;
    const { primary, secondary } = index === 0 ? layout : (layout.second ?? layout);
    this.options = options;
    this.index = index;
    this.counter = counterWords(storage, index, profile.images);
    this.profile = profile;
    this.storage = storage;
    const trailer = trailerOf(profile);
    this.primary = new Slot(storage, primary, trailer);
    this.secondary = new Slot(storage, secondary, trailer);
    // Scratch holds the status of one region at a time.
    this.scratch =
      layout.scratch === undefined ? null : new Slot(storage, layout.scratch, { ...trailer, maxSectors: 1 });
    this.mode = modeOf(profile);
    this.maxImageSize = this.mode.maxImageSize(this);
    this.images = index === 0 && profile.images === 2 ? [this, new Loader(options, 1)] : [this];
  }

  /** Forgets the boot before: RAM does not survive a reset. */
  reset(log: string[]): void {
    this.log = log;
    this.secondaryStart = 0;
    this.resuming = false;
    this.resumed = false;
    this.owedCell = null;
    this.keys = keysOf(this.options);
    this.running = 'primary';
    this.unprotectedSizes = { primary: 0, secondary: 0 };
    for (const image of this.images.slice(1)) image.reset(log);
  }

  /** The image in a slot, from its header on. */
  imageIn(slot: 'primary' | 'secondary'): ImageSource {
    return slot === 'primary' ? this.primary : this.secondary.imageAt(this.secondaryStart);
  }

  flawed(flaw: McubootFlaw): boolean {
    return this.options.flaws.has(flaw);
  }

  info(text: string): void {
    this.log.push(`I: ${text}`);
  }

  warn(text: string): void {
    this.log.push(`W: ${text}`);
  }

  error(text: string): void {
    this.log.push(`E: ${text}`);
  }

  /** What the trailers ask for. */
  swapType(): SwapType {
    const [first, second] = [this.state(this.primary), this.state(this.secondary)];
    const type = swapTypeOf(first, second, this.primary.shape.mode);
    const isPicky = this.flawed('mcuboot/revert-needs-blank-trailer');
    return isPicky && type === 'revert' && second.magic !== 'unset' ? 'none' : type;
  }

  /** The trailer of a slot as this boot loader reads it. */
  state(slot: Slot): SwapState {
    return swapStateOf(slot, this.flawed('mcuboot/torn-magic-accepted'));
  }
}

function keysOf({ profile: { encryption }, encryptionKey }: McubootOptions): ImageKeys | null {
  return encryption === null || encryptionKey === undefined ? null : new ImageKeys(encryption, encryptionKey);
}
