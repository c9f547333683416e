import type { Forgery } from '#fuzz/forgery.ts';
import { mcubootIntegrityForgeries } from '#fuzz/forge-mcuboot-integrity.ts';
import { mcubootSignatureForgeries } from '#fuzz/forge-mcuboot-signature.ts';
import { mcubootSizeForgeries } from '#fuzz/forge-mcuboot-sizes.ts';

/** Every forgery of an MCUboot image. */
export const mcubootForgeries: readonly Forgery[] = [
  ...mcubootIntegrityForgeries,
  ...mcubootSignatureForgeries,
  ...mcubootSizeForgeries,
];
