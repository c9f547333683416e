import type { Flaw } from '#core/rig.ts';
import { applicationFlaws } from '#virtual/esp-idf/flaws-application.ts';
import { signatureFlaws } from '#virtual/esp-idf/flaws-signature.ts';
import { structureFlaws } from '#virtual/esp-idf/flaws-structure.ts';

/** Mistakes that the attacks of the family `corrupted-image` are after: each leaves one check out. */
export const corruptedImageFlaws: readonly Flaw[] = [
  ...structureFlaws,
  ...signatureFlaws,
  ...applicationFlaws,
];
