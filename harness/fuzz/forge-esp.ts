import { espComposed } from '#fuzz/forge-esp-composed.ts';
import { espFlips } from '#fuzz/forge-esp-flips.ts';
import { espKeys } from '#fuzz/forge-esp-keys.ts';
import { espLies } from '#fuzz/forge-esp-lies.ts';
import { espProducts } from '#fuzz/forge-esp-product.ts';
import { espTampered } from '#fuzz/forge-esp-tampered.ts';
import { espTruncated } from '#fuzz/forge-esp-truncated.ts';
import { espUnsigned } from '#fuzz/forge-esp-unsigned.ts';
import type { Forgery } from '#fuzz/forgery.ts';

/** Every forgery of an ESP-IDF image. */
export const espForgeries: readonly Forgery[] = [
  ...espFlips,
  ...espTampered,
  ...espTruncated,
  ...espLies,
  ...espUnsigned,
  ...espKeys,
  ...espProducts,
  ...espComposed,
];
