import type { FlashKind } from '#core/tear.ts';

/** Where a machine's flash lies, and how it is built. */
export interface MachineFlash {
  /** In the processor's address space. */
  readonly address: number;
  readonly size: number;
  readonly page: number;
  readonly word: number;
  readonly kind: FlashKind;
}

/** How to start a machine of QEMU's as a rig. */
export interface QemuRecipe {
  readonly name: string;
  readonly title: string;
  /** `qemu-system-arm`, or a path. */
  readonly program: string;
  /** Machine and fixed options; sockets and files are added by the rig. */
  readonly args: readonly string[];
  readonly flash: MachineFlash;
  /** What a power cut turns into garbage; null: it is left alone. */
  readonly ram: { readonly address: number; readonly size: number } | null;
  /**
   * Where QEMU keeps the flash: in memory that the gdb stub can write, or in a raw file of the host, behind `driveArgs`.
   */
  readonly backing: 'memory' | 'drive';
  /** Options that give the machine its flash file and, where it has one, its eFuse file. */
  readonly driveArgs?: (files: { readonly flash: string; readonly fuses: string }) => readonly string[];
  /** Flash controller whose operations can be counted; null: none is known. */
  readonly controller: 'nrf-nvmc' | null;
}

/** BBC micro:bit: Nordic nRF51822, in QEMU since 4.0. */
export const microbit: QemuRecipe = {
  name: 'microbit',
  title: 'BBC micro:bit (nRF51822)',
  program: 'qemu-system-arm',
  args: ['-M', 'microbit'],
  flash: { address: 0, size: 0x40000, page: 0x400, word: 4, kind: 'nrf52-nvmc' },
  ram: { address: 0x2000_0000, size: 0x4000 },
  backing: 'memory',
  controller: 'nrf-nvmc',
};

/** ARM MPS2 board with a Cortex-M3 (application note 385). Its code memory is RAM: kept over cuts, but nothing is erased in pages. */
export const mps2An385: QemuRecipe = {
  name: 'mps2-an385',
  title: 'ARM MPS2 with AN385 (Cortex-M3)',
  program: 'qemu-system-arm',
  args: ['-M', 'mps2-an385'],
  flash: { address: 0, size: 0x40_0000, page: 0x1000, word: 4, kind: 'nrf52-nvmc' },
  ram: { address: 0x2000_0000, size: 0x40_0000 },
  backing: 'memory',
  controller: null,
};

/** How an Espressif chip begins: from flash, or in the loader of its ROM, as the strapping pins say. */
export type EspStrap = 'flash' | 'download';

/**
 * Espressif's own QEMU (stock QEMU has no such machine). From its documentation: flash is a raw file of 2, 4, 8 or 16 MiB
 * behind `if=mtd`, eFuses are a raw file behind `nvram.<chip>.efuse`, and `strap_mode` of the GPIO stands for the pins.
 * Not run here: nothing but the arguments was checked.
 */
function espressif(
  chip: 'esp32' | 'esp32c3',
  program: string,
  download: string,
  title: string,
): (strap?: EspStrap) => QemuRecipe {
  return (strap = 'flash') => ({
    name: chip,
    title,
    program,
    args: [
      '-M',
      chip,
      ...(strap === 'download'
        ? ['-global', `driver=${chip}.gpio,property=strap_mode,value=${download}`]
        : []),
    ],
    flash: { address: 0, size: 0x40_0000, page: 0x1000, word: 4, kind: 'spi-nor' },
    ram: null,
    backing: 'drive',
    driveArgs: ({ flash, fuses }) => [
      '-drive',
      `file=${flash},if=mtd,format=raw`,
      '-drive',
      `file=${fuses},if=none,format=raw,id=efuse`,
      '-global',
      `driver=nvram.${chip}.efuse,property=drive,value=efuse`,
    ],
    controller: null,
  });
}

/** ESP32 (Xtensa); pins for the ROM loader: 0x0f. */
export const esp32 = espressif('esp32', 'qemu-system-xtensa', '0x0f', 'Espressif ESP32');

/** ESP32-C3 (RISC-V); pins for the ROM loader: 0x02. */
export const esp32c3 = espressif('esp32c3', 'qemu-system-riscv32', '0x02', 'Espressif ESP32-C3');
