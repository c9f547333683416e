import type { Behaviour } from '#core/image.ts';
import type { Storage } from '#virtual/storage.ts';

/** The application that a boot loader jumped to, as found in the bytes it jumped to. */
export interface BootedApp {
  /** Flash area it runs from. */
  readonly slot: string;
  /** As `Image.identity`. */
  readonly identity: string;
  readonly version: string;
  readonly confirmed: boolean;
  readonly buildId: string;
  readonly product: string;
  /** What the payload does; `crashes` where its code is damaged so that it cannot run. */
  readonly behaviour: Behaviour;
}

/** What a boot loader did from reset to the jump (or to its end). */
export interface Booted {
  /** Null: nothing bootable, the chip halts or loops. */
  readonly app: BootedApp | null;
  /** Console lines, in the real boot loader's words. */
  readonly log: readonly string[];
}

/**
 * A simulated chip below the application: storage, boot loader, and the application's own flash calls. Synchronous and
 * deterministic; every decision is made from the bytes in storage alone, and any call can end in `PowerLost`.
 */
export interface Silicon {
  readonly storage: Storage;
  /** Reset to jump. */
  boot(): Booted;
  /** The running application makes itself permanent; false when it cannot. */
  confirm(app: BootedApp): boolean;
  /** The application writes an update as its transport would (erase, chunks) and marks it to be booted next. */
  stage(app: BootedApp, image: Uint8Array): void;
}
