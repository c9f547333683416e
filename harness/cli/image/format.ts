import type { Defect, Part } from './description.ts';

/** What a format makes of bytes. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly defects: readonly Defect[];
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
}
