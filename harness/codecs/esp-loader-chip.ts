import { type EspChip, ESP_CHIPS } from '#codecs/esp-chip.ts';

/** Where the registers of the SPI controller lie that send a command to the flash chip. */
export interface EspSpiRegisters {
  readonly base: number;
  readonly user: number;
  readonly user1: number;
  readonly user2: number;
  readonly sendLength: number;
  readonly receiveLength: number;
  readonly data: number;
}

/** What a loader client has to know of a chip. */
export interface EspLoaderChip extends EspChip {
  /** Content of 0x40001000 by which the chips are known whose ROM gives no chip id; null elsewhere. */
  readonly magic: number | null;
  readonly spi: EspSpiRegisters;
  /** First register of the eFuse controller; reads and programming lie within `EFUSE_SPAN` from here. */
  readonly efuses: number;
  /** Words 0 and 1 of the MAC address, low word first. */
  readonly mac: readonly [low: number, high: number];
  /** FLASH_BEGIN and FLASH_DEFL_BEGIN of the ROM take a fifth word (encrypt what is written). */
  readonly beginsWithEncryption: boolean;
  /** Watchdogs that stay on in download mode over the chip's own USB port, and have to be fed or stopped. */
  readonly watchdog: EspWatchdogRegisters | null;
}

/** RTC watchdog and super watchdog, with the keys that unlock them. */
export interface EspWatchdogRegisters {
  readonly config: number;
  readonly protect: number;
  readonly superConfig: number;
  readonly superProtect: number;
  readonly superKey: number;
  readonly superFeedBit: number;
}

/** Register that holds the magic value, at the same address in every chip. */
export const ESP_MAGIC_REGISTER = 0x40001000;
/** Bytes of an eFuse controller's registers. */
export const EFUSE_SPAN = 0x200;
export const WATCHDOG_KEY = 0x50d83aa1;
const SUPER_KEY = 0x8f1d312a;

const ESP32_SPI: EspSpiRegisters = {
  base: 0x3ff42000,
  user: 0x1c,
  user1: 0x20,
  user2: 0x24,
  sendLength: 0x28,
  receiveLength: 0x2c,
  data: 0x80,
};

/** Magic values: targets/*.py of esptool 5; registers: the technical reference manuals' register summaries. */
export const ESP_LOADER_CHIPS: readonly EspLoaderChip[] = [
  {
    ...named('esp32'),
    magic: 0x00f01d83,
    spi: ESP32_SPI,
    efuses: 0x3ff5a000,
    mac: [0x3ff5a004, 0x3ff5a008],
    beginsWithEncryption: false,
    watchdog: null,
  },
  newer('esp32s2', { efuses: 0x3f41a000, spi: 0x3f402000, magic: 0x000007c6 }),
  newer('esp32s3', {
    efuses: 0x60007000,
    spi: 0x60002000,
    watchdog: watchdog(0x60008098, 0x600080b0, [0x600080b4, 0x600080b8]),
  }),
  newer('esp32c2', { efuses: 0x60008800, spi: 0x60002000, mac: 0x40 }),
  newer('esp32c3', {
    efuses: 0x60008800,
    spi: 0x60002000,
    watchdog: watchdog(0x60008090, 0x600080a8, [0x600080ac, 0x600080b0]),
  }),
  newer('esp32c6', {
    efuses: 0x600b0800,
    spi: 0x60003000,
    watchdog: {
      config: 0x600b1c00,
      protect: 0x600b1c18,
      superConfig: 0x600b1c1c,
      superProtect: 0x600b1c20,
      superKey: WATCHDOG_KEY,
      superFeedBit: 18,
    },
  }),
  newer('esp32h2', { efuses: 0x600b0800, spi: 0x60003000 }),
];

/** The chip that gave this id in its security information. */
export function loaderChipById(id: number): EspLoaderChip | undefined {
  return ESP_LOADER_CHIPS.find((chip) => chip.magic === null && chip.id === id);
}

/** The chip that has this magic value. */
export function loaderChipByMagic(magic: number): EspLoaderChip | undefined {
  return ESP_LOADER_CHIPS.find((chip) => chip.magic === magic);
}

interface Newer {
  readonly efuses: number;
  readonly spi: number;
  readonly magic?: number;
  /** Offset of the MAC address among the eFuse registers. */
  readonly mac?: number;
  readonly watchdog?: EspWatchdogRegisters;
}

/** Chips since the S2 share the layout of their registers. */
function newer(name: string, { efuses, spi, magic, mac = 0x44, watchdog: dog }: Newer): EspLoaderChip {
  return {
    ...named(name),
    magic: magic ?? null,
    spi: {
      base: spi,
      user: 0x18,
      user1: 0x1c,
      user2: 0x20,
      sendLength: 0x24,
      receiveLength: 0x28,
      data: 0x58,
    },
    efuses,
    mac: [efuses + mac, efuses + mac + 4],
    beginsWithEncryption: true,
    watchdog: dog ?? null,
  };
}

function watchdog(config: number, protect: number, sup: readonly [number, number]): EspWatchdogRegisters {
  const [superConfig, superProtect] = sup;
  return { config, protect, superConfig, superProtect, superKey: SUPER_KEY, superFeedBit: 31 };
}

function named(name: string): EspChip {
  const chip = ESP_CHIPS.find((candidate) => candidate.name === name);
  if (chip === undefined) throw new RangeError(`no chip ${name}`);
  return chip;
}
