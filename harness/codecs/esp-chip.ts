/** A chip of the ESP32 family, as images name it. */
export interface EspChip {
  /** `chip_id` of the image header. */
  readonly id: number;
  /** `ESP32-C3`. */
  readonly title: string;
  /** As the vendor's tools call it: `esp32c3`. */
  readonly name: string;
  /** Where the ROM looks for the boot loader in flash. */
  readonly bootloaderOffset: number;
  /** Width of the anti-rollback eFuse field of the application, in bits; null where it is not published. */
  readonly secureVersionBits: number | null;
  /** Flash frequency by the low nibble of header byte 3. */
  readonly flashFrequencies: Readonly<Record<number, string>>;
}

/** Divisors of an 80 MHz clock; some chips have another clock, or leave out values. */
const CLOCK_80 = { 0: '40m', 1: '26m', 2: '20m', 15: '80m' } as const;
const CLOCK_60 = { 0: '30m', 1: '20m', 2: '15m', 15: '60m' } as const;
const CLOCK_48 = { 0: '24m', 1: '16m', 2: '12m', 15: '48m' } as const;
const CLOCK_48_FEW = { 0: '24m', 15: '48m' } as const;
const CLOCK_C5 = { 0: '40m', 2: '20m', 15: '80m' } as const;
/** The ROM of the C6 divides wrongly, so its 80 MHz images hold 0 (esptool, targets/esp32c6.py). */
const CLOCK_C6 = { 0: '80m', 2: '20m' } as const;

/** esp_app_format.h, `ESP_ROM_BOOTLOADER_OFFSET_FLASH` and esp_efuse_table.csv of ESP-IDF; flash clocks of esptool 5.6. */
export const ESP_CHIPS: readonly EspChip[] = [
  chip(0, 'ESP32', 0x1000, 32, CLOCK_80),
  chip(2, 'ESP32-S2', 0x1000, 16, CLOCK_80),
  chip(5, 'ESP32-C3', 0x0, 16, CLOCK_80),
  chip(9, 'ESP32-S3', 0x0, 16, CLOCK_80),
  chip(12, 'ESP32-C2', 0x0, 4, CLOCK_60),
  chip(13, 'ESP32-C6', 0x0, 16, CLOCK_C6),
  chip(16, 'ESP32-H2', 0x0, 16, CLOCK_48),
  chip(18, 'ESP32-P4', 0x2000, 16, CLOCK_80),
  chip(20, 'ESP32-C61', 0x0, 16, CLOCK_C5),
  chip(23, 'ESP32-C5', 0x2000, 9, CLOCK_C5),
  chip(25, 'ESP32-H21', 0x0, 16, CLOCK_48_FEW),
  chip(28, 'ESP32-H4', 0x2000, 16, CLOCK_48_FEW),
  chip(31, 'ESP32-E22', 0x0, null, CLOCK_80),
  chip(32, 'ESP32-S31', 0x2000, 16, CLOCK_C5),
];

/** The chip with this id; undefined for an id nobody has. */
export function chipById(id: number): EspChip | undefined {
  return ESP_CHIPS.find((candidate) => candidate.id === id);
}

/** The chip by the vendor's name (`esp32c3`). */
export function chipByName(name: string): EspChip | undefined {
  return ESP_CHIPS.find((candidate) => candidate.name === name);
}

function chip(
  id: number,
  title: string,
  bootloaderOffset: number,
  secureVersionBits: number | null,
  flashFrequencies: Readonly<Record<number, string>>,
): EspChip {
  const name = title.toLowerCase().replace('-', '');
  return { id, title, name, bootloaderOffset, secureVersionBits, flashFrequencies };
}
