import { EFUSE_SPAN, ESP_MAGIC_REGISTER, type EspLoaderChip } from '#codecs/esp-loader-chip.ts';
import { SpiController } from '#virtual/esp-loader/spi-controller.ts';

/** Registers written at most; a client that sprays addresses costs no more. */
const LIMIT = 4096;
/** Crystal of the usual modules. */
const CRYSTAL_HZ = 40_000_000;
/** UART0's clock divider, and the calibration by which the ESP32's ROM judges its own clock. */
const ESP32_DIVIDER = 0x3ff40014;
const NEWER_DIVIDER = 0x60000014;
const ESP32_CALIBRATION = 0x3ff5f06c;
const CALIBRATION = 1024;
/** eFuse BLK0 word 4, low byte: frequency of the 8 MHz oscillator as the factory measured it. */
export const OSCILLATOR = 104;

/** What the register file stands for. */
export interface RegisterWorld {
  readonly chip: EspLoaderChip;
  /** Bytes of the flash chip. */
  readonly flashSize: number;
  /** eFuse registers, by address from the first of the controller. */
  readonly efuses: ReadonlyMap<number, number>;
  /** Words elsewhere that the silicon comes with. */
  readonly fixed: ReadonlyMap<number, number>;
  baudRate(): number;
}

/** What a loader reads and writes as memory: registers of a chip, those that matter with their behaviour. */
export class EspRegisters {
  /** Writes to the eFuse controller; nothing is burned by them here, but none should ever come. */
  efuseWrites = 0;
  readonly #world: RegisterWorld;
  readonly #spi: SpiController;
  readonly #written = new Map<number, number>();

  constructor(world: RegisterWorld) {
    this.#world = world;
    this.#spi = new SpiController(world.chip.spi, world.flashSize);
  }

  read(address: number): number {
    const { chip, efuses, fixed } = this.#world;
    const efuse = address - chip.efuses;
    if (efuse >= 0 && efuse < EFUSE_SPAN) return efuses.get(efuse) ?? 0;
    if (address === ESP_MAGIC_REGISTER) return chip.magic ?? chip.id;
    if (this.#spi.covers(address)) return this.#spi.read(address);
    if (address === (chip.name === 'esp32' ? ESP32_DIVIDER : NEWER_DIVIDER)) {
      return Math.round(CRYSTAL_HZ / this.#world.baudRate());
    }
    if (chip.name === 'esp32' && address === ESP32_CALIBRATION) return CALIBRATION << 7;
    return this.#written.get(address) ?? fixed.get(address) ?? 0;
  }

  write(address: number, value: number, mask: number): void {
    const { chip } = this.#world;
    const efuse = address - chip.efuses;
    if (efuse >= 0 && efuse < EFUSE_SPAN) {
      this.efuseWrites += 1;
      return;
    }
    const merged = ((this.read(address) & ~mask) | (value & mask)) >>> 0;
    if (this.#spi.covers(address)) this.#spi.write(address, merged);
    else if (this.#written.has(address) || this.#written.size < LIMIT) this.#written.set(address, merged);
  }
}

/** Rate at which the ESP32's ROM runs its UART when asked for another: it goes by an oscillator that is not exact. */
export function romBaudRate(chip: Pick<EspLoaderChip, 'name'>, asked: number): number {
  if (chip.name !== 'esp32') return asked;
  const judged = (CALIBRATION * 15_625 * OSCILLATOR) / 40;
  return Math.round((asked * CRYSTAL_HZ) / judged);
}
