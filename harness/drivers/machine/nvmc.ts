import type { DeviceWrite } from '#codecs/qemu-trace.ts';
import type { FlashOperation } from '#drivers/machine/flash-model.ts';

/** Registers of the controller, the same on nRF51 and nRF52 (product specifications, "NVMC"). */
export const NVMC = { config: 0x4001_e504, erasePage: 0x4001_e508, eraseAll: 0x4001_e50c } as const;

/** AIRCR, and in it SYSRESETREQ (ARMv6-M Architecture Reference Manual, B3.2.6). */
const AIRCR = 0xe000_ed0c;
const SYSRESETREQ = 4;

/** Values of CONFIG: read only, writes enabled, erases enabled. */
const WRITES = 1;
const ERASES = 2;

/** Where flash lies, and its pages. */
export interface NvmcFlash {
  readonly address: number;
  readonly size: number;
  readonly page: number;
}

/** Tells the flash operations of a Nordic chip from what its program writes, as the controller carries them out. */
export class NvmcDecoder {
  readonly #flash: NvmcFlash;
  #config: number;

  /** `config`: what its CONFIG register reads when it begins. */
  constructor(flash: NvmcFlash, config = 0) {
    this.#flash = flash;
    this.#config = config;
  }

  /** Operations that these writes were; those that the controller drops are left out. */
  take(writes: readonly DeviceWrite[]): readonly FlashOperation[] {
    return writes.flatMap((write) => this.#operations(write));
  }

  #operations({ address, value, size }: DeviceWrite): readonly FlashOperation[] {
    const { address: start, size: length, page } = this.#flash;
    if (address === NVMC.config) this.#config = value & 3;
    // After a reset the controller is read only again.
    if (address === AIRCR && (value & SYSRESETREQ) !== 0) this.#config = 0;
    if (address === NVMC.erasePage && this.#config === ERASES) {
      const at = value - start - ((value - start) % page);
      return at >= 0 && at < length ? [{ kind: 'erase', address: at, length: page }] : [];
    }
    if (address === NVMC.eraseAll && this.#config === ERASES && value === 1) return this.#everyPage();
    const isFlash = address >= start && address + size <= start + length;
    if (!isFlash || this.#config !== WRITES) return [];
    return [{ kind: 'write', address: address - start, data: littleEndian(value, size) }];
  }

  #everyPage(): readonly FlashOperation[] {
    const { size, page } = this.#flash;
    return Array.from({ length: size / page }, (_, index) => ({
      kind: 'erase',
      address: index * page,
      length: page,
    }));
  }
}

function littleEndian(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0, rest = value; at < size; at++, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}
