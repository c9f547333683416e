import { espForgeries } from '#fuzz/forge-esp.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { espOlder, mcubootOlder } from '#fuzz/forge-older.ts';
import type { Forgery } from '#fuzz/forgery.ts';

/** Formats whose images can be forged. */
export type ForgedFormat = 'mcuboot' | 'esp-idf';

/** Every forgery, by the format of the image it starts from. */
export const CATALOGUE: Readonly<Record<ForgedFormat, readonly Forgery[]>> = {
  mcuboot: [...mcubootForgeries, ...mcubootOlder],
  'esp-idf': [...espForgeries, ...espOlder],
};
