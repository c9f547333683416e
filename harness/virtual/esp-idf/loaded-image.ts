import type { EspHeader } from '#codecs/esp-header.ts';
import type { PanicReason } from '#virtual/esp-fault.ts';

/** A segment in flash. */
export interface FlashSegment {
  readonly loadAddress: number;
  /** Flash address of its data. */
  readonly at: number;
  readonly length: number;
}

/** An image in flash, as far as its loader has understood it. */
export interface LoadedImage {
  /** Flash address of its first byte. */
  readonly start: number;
  readonly header: EspHeader;
  readonly segments: readonly FlashSegment[];
  /** Flash address behind the checksum. */
  readonly checksumEnd: number;
  /** Flash address behind the digest, or behind the checksum where there is none. */
  readonly end: number;
}

/** Why a loader stopped: it refused the image and said so, or it crashed over it. */
export type Stop =
  | { readonly stop: 'refused'; readonly tag: string; readonly text: string }
  | { readonly stop: 'panic'; readonly reason: PanicReason };

/** A refusal, in the loader's words. */
export function refused(text: string, tag = 'esp_image'): Stop {
  return { stop: 'refused', tag, text };
}

/** True for a reason to stop. */
export function isStop(value: object): value is Stop {
  return 'stop' in value;
}
