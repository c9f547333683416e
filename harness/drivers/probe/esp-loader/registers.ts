import type { CallOptions } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';
import { describeEfuses, efuseMap, efuseRegisters } from '#codecs/esp-efuse-fields.ts';
import { ESP_OP, espCommand } from '#codecs/esp-loader.ts';
import { EFUSE_SPAN, type EspLoaderChip, WATCHDOG_KEY } from '#codecs/esp-loader-chip.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';
import { exchange } from '#drivers/probe/esp-loader/exchange.ts';

const ALL_BITS = 0xffffffff;
/** Bits of the SPI controller: a command of its own, with an answer; start; and the length of the command, 8 bits. */
const USER_COMMAND = 0x80000000;
const USER_ANSWER = 0x10000000;
const START = 1 << 18;
const COMMAND_LENGTH = 7 << 28;
const READ_ID = 0x9f;
const ID_BITS = 24;
const POLLS = 10;
/** Registers of the ESP32 by which its ROM's own idea of its clock is known. */
const CALIBRATION = 0x3ff5f06c;

/** A chip's registers through its loader. What could burn an eFuse is never written. */
export class LoaderRegisters {
  readonly #link: SlipLink;
  readonly #chip: EspLoaderChip;

  constructor(link: SlipLink, chip: EspLoaderChip) {
    this.#link = link;
    this.#chip = chip;
  }

  async read(address: number, options: CallOptions): Promise<number> {
    const what = `read 0x${address.toString(16)}`;
    const { value } = await exchange(this.#link, espCommand(ESP_OP.readReg, address), { what }, options);
    return value;
  }

  /** UsageError `efuse-write` for an address in the eFuse controller. */
  async write(address: number, value: number, options: CallOptions): Promise<void> {
    const offset = address - this.#chip.efuses;
    if (offset >= 0 && offset < EFUSE_SPAN) throw burns(address);
    const what = `write 0x${address.toString(16)}`;
    await exchange(this.#link, espCommand(ESP_OP.writeReg, address, value, ALL_BITS, 0), { what }, options);
  }

  /** JEDEC id of the flash chip: maker in the low byte, then type, then size. */
  async flashId(options: CallOptions): Promise<number> {
    const { base, user, user2, receiveLength, data } = this.#chip.spi;
    const before = [await this.read(base + user, options), await this.read(base + user2, options)] as const;
    await this.write(base + receiveLength, ID_BITS - 1, options);
    await this.write(base + user, (USER_COMMAND | USER_ANSWER) >>> 0, options);
    await this.write(base + user2, COMMAND_LENGTH | READ_ID, options);
    await this.write(base + data, 0, options);
    await this.write(base, START, options);
    for (let i = 0; i < POLLS; i++) if (((await this.read(base, options)) & START) === 0) break;
    const id = await this.read(base + data, options);
    await this.write(base + user, before[0], options);
    await this.write(base + user2, before[1], options);
    return id & 0xffffff;
  }

  /** Base MAC address: `02:00:a5:5a:00:01`. */
  async mac(options: CallOptions): Promise<string> {
    const [low, high] = this.#chip.mac;
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, await this.read(high, options));
    view.setUint32(4, await this.read(low, options));
    return Buffer.from(view.buffer, 2)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$&:');
  }

  /** eFuse state for a report's device block, under the names of the chip's eFuse table. */
  async efuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    const map = efuseMap(this.#chip);
    const words = new Map<number, number>();
    for (const at of efuseRegisters(map)) words.set(at, await this.read(this.#chip.efuses + at, options));
    return describeEfuses(map, words);
  }

  /** Pins of a flash chip in the ESP32's own package, as SPI_ATTACH takes them; 0: the usual ones. */
  async flashPins(options: CallOptions): Promise<number> {
    if (this.#chip.name !== 'esp32') return 0;
    const [word3, word5] = [await this.#efuse(3, options), await this.#efuse(5, options)];
    const pin = (index: number) => (word5 >>> (5 * index)) & 0x1f;
    return (((word3 >>> 4) & 0x1f) << 24) | (pin(3) << 18) | (pin(2) << 12) | (pin(1) << 6) | pin(0);
  }

  /** What the ESP32's ROM has to be asked for, so that its inexact clock gives this rate. */
  async romBaudRate(baudRate: number, options: CallOptions): Promise<number> {
    if (this.#chip.name !== 'esp32') return baudRate;
    const cycles = ((await this.read(CALIBRATION, options)) >>> 7) & 0x1ffffff;
    const oscillator = (await this.#efuse(4, options)) & 0xff;
    const judged = (cycles * 15_625 * oscillator) / 40;
    if (judged === 0) return baudRate;
    return Math.floor((baudRate * judged) / (judged > 33_000_000 ? 40_000_000 : 26_000_000));
  }

  /** Watchdogs that the application left running over the chip's own USB port would end a transfer. */
  async stopWatchdogs(options: CallOptions): Promise<void> {
    const dog = this.#chip.watchdog;
    if (dog === null) return;
    await this.write(dog.protect, WATCHDOG_KEY, options);
    await this.write(dog.config, 0, options);
    await this.write(dog.protect, 0, options);
    await this.write(dog.superProtect, dog.superKey, options);
    const state = await this.read(dog.superConfig, options);
    await this.write(dog.superConfig, (state | (1 << dog.superFeedBit)) >>> 0, options);
    await this.write(dog.superProtect, 0, options);
  }

  #efuse(word: number, options: CallOptions): Promise<number> {
    return this.read(this.#chip.efuses + 4 * word, options);
  }
}

/** Bytes of the flash chip by its JEDEC id; null where the code is not known. */
export function flashSizeOf(id: number): number | null {
  const code = id >>> 16;
  if (code >= 0x12 && code <= 0x19) return 2 ** code;
  const high: Readonly<Record<number, number>> = {
    0x1a: 26,
    0x1b: 27,
    0x1c: 28,
    0x20: 26,
    0x21: 27,
    0x22: 28,
  };
  const exponent = high[code] ?? (code >= 0x32 && code <= 0x39 ? code - 0x20 : undefined);
  return exponent === undefined ? null : 2 ** exponent;
}

function burns(address: number): UsageError {
  return new UsageError({
    code: 'efuse-write',
    message: `0x${address.toString(16)} lies in the eFuse controller: a write there can burn eFuses, for ever`,
    expected: 'an address elsewhere',
    remedy: 'burn eFuses with the vendor’s own tool, on purpose',
  });
}
