import type { ImageReader } from '#codecs/mcuboot-recipient.ts';
import type { Verdict } from './check.ts';
import type { Defect, Part } from './description.ts';
import type { KeyFile } from './keys.ts';

/** What a format makes of bytes. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly defects: readonly Defect[];
}

/** What a file is checked with. */
export interface Keys {
  /** Of those whose signature is wanted; none: signatures are looked at, trust is not. */
  readonly trusted: readonly KeyFile[];
  /** For encrypted images. */
  readonly readers: readonly ImageReader[];
}

/** A file format that is known by its content. */
export interface Format {
  /** Stable kebab-case name, for scripts. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** Cheap: looks at magic numbers, not at the whole. */
  recognises(bytes: Uint8Array): boolean;
  /** Never throws, whatever the bytes: what does not hold becomes a defect. */
  describe(bytes: Uint8Array): Parts & { readonly title: string };
  /** Check by check, as a boot loader would. Throws UsageError for keys that fit no image of the kind. */
  verify(bytes: Uint8Array, keys: Keys): Verdict;
}
