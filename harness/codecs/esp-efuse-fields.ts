import type { EspLoaderChip } from '#codecs/esp-loader-chip.ts';

/** A field of the eFuses as it is read from the controller's registers. */
export interface EfuseField {
  readonly name: string;
  /** Register, bytes from the first of the controller. */
  readonly at: number;
  readonly low: number;
  readonly width: number;
  /** The number of set bits is the value. */
  readonly unary?: boolean;
}

/** Registers of a key or digest; zeros where it may not be read. */
export interface EfuseKeyBlock {
  readonly name: string;
  readonly at: number;
}

/** What of a chip's eFuses a report tells. */
export interface EfuseMap {
  readonly fields: readonly EfuseField[];
  readonly keys: readonly EfuseKeyBlock[];
}

const KEY_WORDS = 8;

/** esp_efuse_table.csv of ESP-IDF; registers: the technical reference manual of the ESP32. */
const ESP32: EfuseMap = {
  fields: [
    field('WR_DIS', 0x00, 0, 16),
    field('RD_DIS', 0x00, 16, 4),
    field('FLASH_CRYPT_CNT', 0x00, 20, 7),
    field('UART_DOWNLOAD_DIS', 0x00, 27),
    field('FLASH_CRYPT_CONFIG', 0x14, 28, 4),
    field('CODING_SCHEME', 0x18, 0, 2),
    field('CONSOLE_DEBUG_DISABLE', 0x18, 2),
    field('ABS_DONE_0', 0x18, 4),
    field('ABS_DONE_1', 0x18, 5),
    field('JTAG_DISABLE', 0x18, 6),
    field('DISABLE_DL_ENCRYPT', 0x18, 7),
    field('DISABLE_DL_DECRYPT', 0x18, 8),
    field('DISABLE_DL_CACHE', 0x18, 9),
    { ...field('SECURE_VERSION', 0x88, 0, 32), unary: true },
  ],
  keys: [{ name: 'BLK2', at: 0x58 }],
};

/** Fields that the chips since the S2 have in common; words of block 0 begin at 0x2c. */
const COMMON: readonly EfuseField[] = [
  word('RD_DIS', 1, 0, 7),
  word('SPI_BOOT_CRYPT_CNT', 2, 18, 3),
  word('SECURE_BOOT_KEY_REVOKE0', 2, 21),
  word('SECURE_BOOT_KEY_REVOKE1', 2, 22),
  word('SECURE_BOOT_KEY_REVOKE2', 2, 23),
  word('KEY_PURPOSE_0', 2, 24, 4),
  word('KEY_PURPOSE_1', 2, 28, 4),
  ...[2, 3, 4, 5].map((slot) => word(`KEY_PURPOSE_${slot}`, 3, 4 * (slot - 2), 4)),
  word('SECURE_BOOT_EN', 3, 20),
  word('SECURE_BOOT_AGGRESSIVE_REVOKE', 3, 21),
  word('DIS_DOWNLOAD_MODE', 4, 0),
  word('ENABLE_SECURITY_DOWNLOAD', 4, 5),
  word('UART_PRINT_CONTROL', 4, 6, 2),
];
const JTAG: readonly EfuseField[] = [
  word('SOFT_DIS_JTAG', 1, 16, 3),
  word('DIS_PAD_JTAG', 1, 19),
  word('DIS_DOWNLOAD_MANUAL_ENCRYPT', 1, 20),
];
const VERSION_14: EfuseField = { ...word('SECURE_VERSION', 4, 14, 16), unary: true };
const KEYS: readonly EfuseKeyBlock[] = [0, 1, 2, 3, 4, 5].map((slot) => ({
  name: `BLOCK_KEY${slot}`,
  at: 0x9c + 0x20 * slot,
}));

const MAPS: Readonly<Record<string, EfuseMap>> = {
  esp32: ESP32,
  esp32s2: {
    fields: [
      ...COMMON,
      word('SOFT_DIS_JTAG', 1, 17),
      word('HARD_DIS_JTAG', 1, 18),
      word('DIS_DOWNLOAD_MANUAL_ENCRYPT', 1, 19),
      { ...word('SECURE_VERSION', 4, 11, 16), unary: true },
    ],
    keys: KEYS,
  },
  esp32c2: {
    fields: [
      word('DIS_PAD_JTAG', 1, 4),
      word('SPI_BOOT_CRYPT_CNT', 1, 7, 3),
      word('DIS_DOWNLOAD_MODE', 1, 14),
      word('ENABLE_SECURITY_DOWNLOAD', 1, 16),
      word('SECURE_BOOT_EN', 1, 21),
      { ...word('SECURE_VERSION', 1, 22, 4), unary: true },
    ],
    keys: [{ name: 'BLOCK_KEY0', at: 0x60 }],
  },
  esp32s3: { fields: [...COMMON, ...JTAG, VERSION_14], keys: KEYS },
  esp32c3: { fields: [...COMMON, ...JTAG, VERSION_14], keys: KEYS },
  esp32c6: { fields: [...COMMON, ...JTAG, VERSION_14], keys: KEYS },
  esp32h2: {
    fields: [...COMMON, ...JTAG, { ...word('SECURE_VERSION', 4, 9, 16), unary: true }],
    keys: KEYS,
  },
};

/** What there is to be read in a chip. */
export function efuseMap(chip: Pick<EspLoaderChip, 'name'>): EfuseMap {
  return MAPS[chip.name] ?? { fields: [], keys: [] };
}

/** Registers that have to be read for the whole map, ascending, bytes from the first of the controller. */
export function efuseRegisters({ fields, keys }: EfuseMap): readonly number[] {
  const words = keys.flatMap(({ at }) => Array.from({ length: KEY_WORDS }, (_, i) => at + 4 * i));
  return [...new Set([...fields.map(({ at }) => at), ...words])].toSorted((a, b) => a - b);
}

/** Value of a field among the registers. */
export function efuseValue(
  { at, low, width, unary }: EfuseField,
  registers: ReadonlyMap<number, number>,
): number {
  const bits = ((registers.get(at) ?? 0) >>> low) & (width === 32 ? -1 : (1 << width) - 1);
  return unary === true ? popcount(bits >>> 0) : bits >>> 0;
}

/** The eFuses as text, by name: numbers in decimal, keys in hex, first byte first. */
export function describeEfuses(
  map: EfuseMap,
  registers: ReadonlyMap<number, number>,
): Readonly<Record<string, string>> {
  const fields = map.fields.map((one) => [one.name, String(efuseValue(one, registers))] as const);
  return Object.fromEntries([
    ...fields,
    ...map.keys.map((key) => [key.name, keyHex(key, registers)] as const),
  ]);
}

function keyHex({ at }: EfuseKeyBlock, registers: ReadonlyMap<number, number>): string {
  const view = new DataView(new ArrayBuffer(KEY_WORDS * 4));
  for (let i = 0; i < KEY_WORDS; i++) view.setUint32(4 * i, registers.get(at + 4 * i) ?? 0, true);
  return Buffer.from(view.buffer).toString('hex');
}

function popcount(value: number): number {
  let count = 0;
  for (let bits = value; bits !== 0; bits = (bits & (bits - 1)) >>> 0) count += 1;
  return count;
}

function field(name: string, at: number, low: number, width = 1): EfuseField {
  return { name, at, low, width };
}

function word(name: string, index: number, low: number, width = 1): EfuseField {
  return field(name, 0x2c + 4 * index, low, width);
}
