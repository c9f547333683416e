import { UsageError } from '#core/errors.ts';

/** Flash as a probe sees it: where it begins in the address space, and its pages. */
export interface ProbedFlash {
  readonly address: number;
  readonly size: number;
  readonly page: number;
}

/** UsageError `flash-address` for a range outside the flash; addresses count from its beginning. */
export function checkFlashRange({ size }: ProbedFlash, address: number, length: number): void {
  const fits = Number.isInteger(address) && Number.isInteger(length) && address >= 0 && length >= 0;
  if (fits && address + length <= size) return;
  throw new UsageError({
    code: 'flash-address',
    message: 'the flash range lies outside the chip',
    expected: `within 0x${size.toString(16)} bytes`,
    got: `${length} bytes at ${address}`,
    remedy: 'take addresses from the areas of the board',
  });
}

/** The whole pages that a range touches. */
export function pagesOf({ page }: ProbedFlash, address: number, length: number) {
  const start = address - (address % page);
  return { start, length: Math.ceil((address + length) / page) * page - start };
}
