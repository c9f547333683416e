/** An address range, end exclusive. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Address ranges of a chip (soc.h), and what its second-stage boot loader keeps for itself. */
export interface MemoryMap {
  /** Mapped through the cache, read in place. */
  readonly mapped: readonly Range[];
  /** Where a loader may put segments. */
  readonly loadable: readonly Range[];
  /** What the boot loader itself uses while it loads. */
  readonly occupied: readonly (Range & { readonly reason: string })[];
}

/** ESP32: the stack is the ROM's, with the headroom that the loader checks. */
export const ESP32_MEMORY: MemoryMap = {
  mapped: [
    { from: 0x3f400000, to: 0x3f800000 },
    { from: 0x400d0000, to: 0x40400000 },
  ],
  loadable: [
    { from: 0x3ffae000, to: 0x40000000 },
    { from: 0x40080000, to: 0x400aa000 },
    { from: 0x400c0000, to: 0x400c2000 },
    { from: 0x3ff80000, to: 0x3ff82000 },
    { from: 0x50000000, to: 0x50002000 },
  ],
  occupied: [
    { from: 0x3ffdbf20, to: 0x3ffe3f20, reason: 'overlaps bootloader stack' },
    { from: 0x3fff0000, to: 0x3fff6000, reason: 'overlaps bootloader data' },
  ],
};

/** ESP32-S3: data RAM is seen a second time as instruction RAM, so each occupied range is there twice. */
export const ESP32S3_MEMORY: MemoryMap = {
  mapped: [
    { from: 0x3c000000, to: 0x3e000000 },
    { from: 0x42000000, to: 0x44000000 },
  ],
  loadable: [
    { from: 0x3fc88000, to: 0x3fd00000 },
    { from: 0x40370000, to: 0x403e0000 },
    { from: 0x600fe000, to: 0x60100000 },
    { from: 0x50000000, to: 0x50002000 },
  ],
  occupied: [
    { from: 0x3fce2700, to: 0x3fce7700, reason: 'overlaps bootloader data' },
    { from: 0x403d2700, to: 0x403d7700, reason: 'overlaps bootloader data' },
    { from: 0x3fce9710 - 0x8000, to: 0x3fceb710, reason: 'overlaps bootloader stack' },
    { from: 0x403d9710 - 0x8000, to: 0x403db710, reason: 'overlaps bootloader stack' },
    { from: 0x403cb700, to: 0x403d2700, reason: 'overlaps loader IRAM' },
    { from: 0x3fcdb700, to: 0x3fce2700, reason: 'overlaps loader IRAM' },
  ],
};

const FIRST_LOADABLE = 0x10000000;

/** Size of an MMU page: a mapped segment keeps its offset within one. */
export const MMU_PAGE = 0x10000;

/** What becomes of a segment at this address: mapped, copied to RAM, or only read (padding). */
export function placement(memory: MemoryMap, loadAddress: number): 'map' | 'load' | '' {
  if (memory.mapped.some((range) => loadAddress >= range.from && loadAddress < range.to)) return 'map';
  return loadAddress < FIRST_LOADABLE ? '' : 'load';
}

/** Why a segment must not be copied to [from, to); null when it may. */
export function loadConflict(memory: MemoryMap, from: number, to: number): string | null {
  if (from === to) return null;
  if (!memory.loadable.some((range) => from >= range.from && to <= range.to)) return 'bad load address range';
  return memory.occupied.find((range) => from < range.to && to > range.from)?.reason ?? null;
}
