import type { Forgery } from '#fuzz/forgery.ts';

/** Why an image without a readable hash does not get past mcumgr. */
export const NO_IDENTITY: NonNullable<Forgery['hidden']> = {
  smp: 'mcumgr names images by their SHA-256 entry, and marks none to be booted in which it finds no such entry',
};
