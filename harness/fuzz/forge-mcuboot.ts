import type { Forgery } from '#fuzz/forgery.ts';
import { mcubootComposed } from '#fuzz/forge-mcuboot-composed.ts';
import { mcubootFlips } from '#fuzz/forge-mcuboot-flips.ts';
import { mcubootHashes } from '#fuzz/forge-mcuboot-hash.ts';
import { mcubootOddSignatures } from '#fuzz/forge-mcuboot-odd-signature.ts';
import { mcubootProducts } from '#fuzz/forge-mcuboot-product.ts';
import { mcubootSigners } from '#fuzz/forge-mcuboot-signature.ts';
import { mcubootSizes } from '#fuzz/forge-mcuboot-sizes.ts';
import { mcubootTampered } from '#fuzz/forge-mcuboot-tampered.ts';
import { mcubootTruncated } from '#fuzz/forge-mcuboot-truncated.ts';
import { mcubootUnprotected } from '#fuzz/forge-mcuboot-unprotected.ts';
import { mcubootUnsupported } from '#fuzz/forge-mcuboot-unsupported.ts';

/** Every forgery of an MCUboot image. */
export const mcubootForgeries: readonly Forgery[] = [
  ...mcubootFlips,
  ...mcubootTampered,
  ...mcubootTruncated,
  ...mcubootSizes,
  ...mcubootHashes,
  ...mcubootSigners,
  ...mcubootOddSignatures,
  ...mcubootProducts,
  ...mcubootUnprotected,
  ...mcubootUnsupported,
  ...mcubootComposed,
];
