import { espIntegrityForgeries } from '#fuzz/forge-esp-integrity.ts';
import { espSignatureForgeries } from '#fuzz/forge-esp-signature.ts';
import { espSizeForgeries } from '#fuzz/forge-esp-sizes.ts';
import type { Forgery } from '#fuzz/forgery.ts';

/** Every forgery of an ESP-IDF image. */
export const espForgeries: readonly Forgery[] = [
  ...espIntegrityForgeries,
  ...espSignatureForgeries,
  ...espSizeForgeries,
];
