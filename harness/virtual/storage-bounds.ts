import { InternalError } from '#core/errors.ts';

interface Access {
  readonly address: number;
  readonly length: number;
  /** Both must be multiples of it. */
  readonly unit: number;
  readonly what: string;
}

/** Throws InternalError (`storage-bounds`, `storage-alignment`) for an access that would fault on silicon. */
export function checkRange(
  { size }: { readonly size: number },
  { address, length, unit, what }: Access,
): void {
  if (address < 0 || length < 0 || address + length > size) throw outside(what, address, length, size);
  if (address % unit === 0 && length % unit === 0) return;
  throw new InternalError({
    code: 'storage-alignment',
    message: `${what} of ${length} bytes at 0x${address.toString(16)} is not aligned`,
    expected: `multiples of ${unit}`,
    remedy: 'align the caller: real silicon would fault here',
  });
}

/** Throws InternalError `storage-bounds` for a fuse word that is not there. */
export function checkFuse({ fuses }: { readonly fuses: number }, word: number): void {
  if (word < 0 || word >= fuses) throw outside('burn', word, 1, fuses);
}

function outside(what: string, address: number, length: number, size: number): InternalError {
  return new InternalError({
    code: 'storage-bounds',
    message: `${what} of ${length} at ${address} lies outside the storage`,
    expected: `within ${size}`,
    remedy: 'check the caller: real silicon would fault here',
  });
}
