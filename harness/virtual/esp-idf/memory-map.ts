/** Address ranges of the ESP32 (soc.h), end exclusive. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Mapped through the cache, read in place. */
const MAPPED: readonly Range[] = [
  { from: 0x3f400000, to: 0x3f800000 },
  { from: 0x400d0000, to: 0x40400000 },
];
/** Where a loader may put segments. */
const LOADABLE: readonly Range[] = [
  { from: 0x3ffae000, to: 0x40000000 },
  { from: 0x40080000, to: 0x400aa000 },
  { from: 0x400c0000, to: 0x400c2000 },
  { from: 0x3ff80000, to: 0x3ff82000 },
  { from: 0x50000000, to: 0x50002000 },
];
/** What the second-stage boot loader itself uses while it loads: ROM stack with headroom, and its static data. */
const OCCUPIED: readonly (Range & { readonly reason: string })[] = [
  { from: 0x3ffdbf20, to: 0x3ffe3f20, reason: 'overlaps bootloader stack' },
  { from: 0x3fff0000, to: 0x3fff6000, reason: 'overlaps bootloader data' },
];
const FIRST_LOADABLE = 0x10000000;

/** Size of an MMU page: a mapped segment keeps its offset within one. */
export const MMU_PAGE = 0x10000;

/** What becomes of a segment at this address: mapped, copied to RAM, or only read (padding). */
export function placement(loadAddress: number): 'map' | 'load' | '' {
  if (MAPPED.some((range) => loadAddress >= range.from && loadAddress < range.to)) return 'map';
  return loadAddress < FIRST_LOADABLE ? '' : 'load';
}

/** Why a segment must not be copied to [from, to); null when it may. */
export function loadConflict(from: number, to: number): string | null {
  if (from === to) return null;
  if (!LOADABLE.some((range) => from >= range.from && to <= range.to)) return 'bad load address range';
  return OCCUPIED.find((range) => from < range.to && to > range.from)?.reason ?? null;
}
