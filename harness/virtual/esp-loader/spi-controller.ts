import type { EspSpiRegisters } from '#codecs/esp-loader-chip.ts';

/** Commands that flash chips of all makers know. */
const READ_ID = 0x9f;
const READ_SFDP = 0x5a;
/** JEDEC id of the maker that these modules carry (GigaDevice), and its type code. */
const MAKER = 0xc8;
const TYPE = 0x40;
const SFDP_SIGNATURE = Buffer.from('SFDP', 'latin1').readUInt32LE();
/** Where the parameter header with the maker's id lies. */
const SFDP_MAKER_AT = 0x10;
/** Bit of the command register that starts what the others describe. */
const START = 1 << 18;
const SPAN = 0x100;
const ADDRESS = 0x04;

/** The SPI controller of a chip with a flash chip behind it: as much as a loader client asks of it through registers. */
export class SpiController {
  readonly #at: EspSpiRegisters;
  readonly #flashSize: number;
  readonly #registers = new Map<number, number>();

  constructor(registers: EspSpiRegisters, flashSize: number) {
    this.#at = registers;
    this.#flashSize = flashSize;
  }

  covers(address: number): boolean {
    return address >= this.#at.base && address < this.#at.base + SPAN;
  }

  read(address: number): number {
    return this.#get(address - this.#at.base);
  }

  write(address: number, value: number): void {
    const offset = address - this.#at.base;
    if (offset === 0 && (value & START) !== 0) this.#run();
    else this.#registers.set(offset, value >>> 0);
  }

  #run(): void {
    const { user2, receiveLength, data } = this.#at;
    const bits = (this.#get(receiveLength) & 0x3f) + 1;
    const answer = this.#answer(this.#get(user2) & 0xff, this.#get(ADDRESS));
    this.#registers.set(data, bits >= 32 ? answer : (answer & ((1 << bits) - 1)) >>> 0);
  }

  #answer(command: number, address: number): number {
    if (command === READ_ID) return MAKER | (TYPE << 8) | (Math.log2(this.#flashSize) << 16);
    if (command !== READ_SFDP) return 0;
    // The ESP32 sends the highest bits of the register, chips since the S2 the lowest.
    if (address === 0) return SFDP_SIGNATURE;
    return address === SFDP_MAKER_AT || address >>> 8 === SFDP_MAKER_AT ? MAKER : 0;
  }

  #get(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }
}
