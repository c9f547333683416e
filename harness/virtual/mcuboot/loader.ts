import type { Protections } from '#core/board.ts';
import type { SwapState } from '#codecs/mcuboot-trailer.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { type McubootLayout, Slot } from '#virtual/mcuboot/slot.ts';
import { swapStateOf } from '#virtual/mcuboot/trailer.ts';
import type { Storage } from '#virtual/storage.ts';

export interface McubootOptions {
  readonly storage: Storage;
  readonly layout: McubootLayout;
  /** Public keys compiled in, SubjectPublicKeyInfo DER. */
  readonly trustedKeys: readonly Uint8Array[];
  readonly protections: Pick<
    Protections,
    'signature' | 'downgradeByVersion' | 'comparesBuildNumber' | 'hardwareCounter'
  >;
  /** UUID_CID that an image must carry, 16 bytes. */
  readonly classId: Uint8Array;
  /** Ids out of `mcubootFlaws`; others are ignored. */
  readonly flaws: ReadonlySet<string>;
}

/** What every part of the boot loader works on. */
export class Loader {
  readonly options: McubootOptions;
  readonly storage: Storage;
  readonly primary: Slot;
  readonly secondary: Slot;
  /** Largest image that a swap has room for: header to end of TLVs. */
  readonly maxImageSize: number;
  /** Console lines of the current boot. */
  log: string[] = [];

  constructor(options: McubootOptions) {
    const { storage, layout } = options;
    this.options = options;
    this.storage = storage;
    this.primary = new Slot(storage, layout.primary, layout);
    this.secondary = new Slot(storage, layout.secondary, layout);
    const { primary, secondary } = this;
    // The primary slot keeps one sector free, to move into.
    this.maxImageSize = Math.min(
      (primary.trailerSector - 1) * primary.sector,
      secondary.trailerSector * secondary.sector,
    );
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

  /** The trailer of a slot as this boot loader reads it. */
  state(slot: Slot): SwapState {
    return swapStateOf(slot, this.flawed('mcuboot/torn-magic-accepted'));
  }
}
