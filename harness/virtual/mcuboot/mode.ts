import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import type { ImageStore } from '#virtual/image-store.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource, Slot } from '#virtual/mcuboot/slot.ts';

/** What a boot loader jumps to. */
export interface Launch {
  readonly slot: Slot;
  /** The image as it runs: out of its slot, or out of RAM. */
  readonly image: ImageSource;
  readonly header: McubootHeader;
  /** Where it begins when it runs. */
  readonly address: number;
  /** False while the image is on trial. */
  readonly confirmed: boolean;
}

/** One of MCUboot's ways to run an update; built into a boot loader by its profile. */
export interface BootMode {
  /** What the console says first. */
  readonly greeting: string;
  /** What it says last. */
  readonly parting: string;
  /** Largest image that there is room for: header to end of TLVs. */
  maxImageSize(loader: Loader): number;
  /** From reset to the decision what runs; null: nothing may. Throws BootHalt where the boot loader ends itself. */
  boot(loader: Loader): Launch | null;
  /** The slots as the application works on them: uploads, requests to boot, confirmation. */
  application(loader: Loader): ImageStore;
}
