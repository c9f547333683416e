import type { Image } from '#core/image.ts';

/** Who runs before, what is put on trial, and by which update path. */
export interface TrialInput {
  readonly golden: Image;
  readonly update: Image;
  readonly path: string;
}
