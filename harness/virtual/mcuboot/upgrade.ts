import type { SwapType } from '#codecs/mcuboot-trailer.ts';
import type { Headers } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { BootStatus } from '#virtual/mcuboot/status.ts';

/** What the boot loader found in the slots, and what it set out to do. */
export interface Prepared {
  readonly headers: Headers;
  readonly status: BootStatus;
  /** Area in which a journal was found, which `status` no longer tells where it was forgotten. */
  readonly source: BootStatus['source'];
  /** Becomes `none` where the update turns out to be one that is refused. */
  type: BootStatus['swapType'];
}

/** What was found out about an update before its contents are validated. */
export type Screening = 'passed' | 'invalid' | 'erased';

/** A way to bring an update into the primary slot, where it runs: what the modes differ in that have such a slot. */
export interface Upgrade {
  /** Largest image that there is room for: header to end of TLVs. */
  maxImageSize(loader: Loader): number;
  /** Where in its slot an update begins. */
  updateStart(loader: Loader): number;
  /** Finds out whether an upgrade was interrupted, and where. */
  readStatus(loader: Loader): BootStatus;
  /** The headers where the images are now; null: nothing is under way, each is in its slot. */
  readHeaders(loader: Loader, status: BootStatus | null): Headers;
  /** Whether these are enough to go on. */
  areFound(headers: Headers, status: BootStatus): boolean;
  /** Cleans up where the secondary slot holds no image. */
  clearEmpty(loader: Loader, status: BootStatus): void;
  /** Looks at the update in the secondary slot as a whole; `erased` where it has dealt with it. */
  screen(loader: Loader, headers: Headers, status: BootStatus, requested: SwapType | null): Screening;
  /** Completes an interrupted upgrade. */
  resume(loader: Loader, status: BootStatus, headers: Headers): void;
  /** Carries a new one out. */
  perform(loader: Loader, prepared: Prepared): void;
}
