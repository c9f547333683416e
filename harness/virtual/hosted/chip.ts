import type { StorageOperation } from '#virtual/storage.ts';

/** What a program does to flash; a hosted chip burns no fuses. */
export type FlashOperation = Exclude<StorageOperation, { kind: 'fuse' }>;

/** What is to be done once an application runs; nothing, where it is another than the one named. */
export type Wish =
  | { readonly kind: 'boot' }
  /** This image confirms itself, should it be on trial. */
  | { readonly kind: 'confirm'; readonly identity: string }
  /** Whoever runs takes this update, and marks it to be tried. */
  | { readonly kind: 'stage'; readonly image: Uint8Array };

/** An application that answers. */
export interface HostedApp {
  /** As `Image.identity`. */
  readonly identity: string;
  readonly slot: string;
  readonly confirmed: boolean;
}

/** A part of flash. */
export interface FlashRange {
  readonly address: number;
  readonly length: number;
}

/** One time that a machine was on. */
export interface HostedRun {
  /** Null: nothing answers. */
  readonly app: HostedApp | null;
  /** Whether the wish was done: confirmed, or staged. */
  readonly granted: boolean;
  /** Operations until the application answered, and those that the wish took. */
  readonly booting: readonly FlashOperation[];
  readonly working: readonly FlashOperation[];
  /** Flash as it was left. */
  readonly flash: Uint8Array;
  /**
   * Everything in flash that the machine read or executed before it had erased it, in the order in which it first did, or
   * more than that: from any flash that holds the same there it does the same.
   */
  readonly reads: readonly FlashRange[];
}

export interface HostedOptions {
  readonly signal: AbortSignal;
  /** Address of a page whose reads are told in parts as small as possible; of others whole pages will do. */
  readonly closely: number | null;
}

/** A chip whose code runs elsewhere, on an emulated machine: told by its flash before and after. */
export interface HostedChip {
  /** Supplies it with this flash until an application answers or nothing will, lets it do the wish, and takes the power. */
  run(flash: Uint8Array, wish: Wish, options: HostedOptions): Promise<HostedRun>;
}
