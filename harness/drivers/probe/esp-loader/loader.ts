import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { demandPermission, type Permissions } from '#core/permissions.ts';
import { ESP_FRAME_LIMIT, ESP_OP, ESP_SECTOR, espCommand } from '#codecs/esp-loader.ts';
import type { EspLoaderChip } from '#codecs/esp-loader-chip.ts';
import type { EspSecurityInfo } from '#codecs/esp-security-info.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';
import { SlipLink } from '#drivers/channel/slip-link.ts';
import { exchange } from '#drivers/probe/esp-loader/exchange.ts';
import { LoaderFlash, type WriteOptions } from '#drivers/probe/esp-loader/flash.ts';
import {
  type EspLoaderSettings,
  isSecure,
  LARGEST_FLASH,
  prepare,
  type Prepared,
  ROM_BAUD,
} from '#drivers/probe/esp-loader/prepare.ts';
import type { LoaderRegisters } from '#drivers/probe/esp-loader/registers.ts';
import { resetIntoApplication } from '#drivers/probe/esp-loader/reset.ts';

const CHIP_ERASE_MS = 120_000;
const LET_GO_MS = 1000;

/** A chip in its serial loader: identified, its stub running where there is one. Made by `open`. */
export class EspLoader {
  readonly chip: EspLoaderChip;
  readonly isStub: boolean;
  /** Null where the chip does not tell: the ESP32. */
  readonly securityInfo: EspSecurityInfo | null;
  /** Bytes of the flash chip; null where it cannot be asked. */
  readonly flashSize: number | null;
  readonly registers: LoaderRegisters;
  readonly #link: SlipLink;
  readonly #flash: LoaderFlash;
  readonly #permissions: Permissions;
  readonly #hasLines: boolean;
  readonly #consoleBaudRate: number;

  private constructor(parts: Prepared, consoleBaudRate: number) {
    const { link, chip, isStub, securityInfo, flashSize, registers, permissions, hasLines } = parts;
    this.chip = chip;
    this.isStub = isStub;
    this.securityInfo = securityInfo;
    this.flashSize = flashSize;
    this.registers = registers;
    this.#link = link;
    this.#permissions = permissions;
    this.#hasLines = hasLines;
    this.#consoleBaudRate = consoleBaudRate;
    const { beginsWithEncryption } = chip;
    this.#flash = new LoaderFlash({ link, isStub, beginsWithEncryption, isSecure: isSecure(securityInfo) });
  }

  /** Resets the chip into its loader over a line that nobody else uses, identifies it and starts the stub. */
  static async open(
    line: SerialLine,
    clock: Clock,
    settings: EspLoaderSettings,
    options: CallOptions,
  ): Promise<EspLoader> {
    const link = new SlipLink(line, clock, { leading: true, limit: ESP_FRAME_LIMIT });
    const consoleBaudRate = settings.consoleBaudRate ?? ROM_BAUD;
    try {
      await line.setBaudRate(ROM_BAUD, options);
      return new EspLoader(await prepare(link, settings, options), consoleBaudRate);
    } catch (error) {
      await letGo(link, consoleBaudRate);
      throw error;
    }
  }

  /** Writes whole sectors, as fast as the loader can, and compares their digest. */
  write(address: number, bytes: Uint8Array, options: WriteOptions): Promise<void> {
    this.#check(address, bytes.length, ESP_SECTOR);
    return this.#flash.write(address, bytes, options);
  }

  read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    this.#check(address, length);
    this.#demandReading();
    return this.#flash.read(address, length, options);
  }

  /** Hex MD5 of a part of the flash, computed by the chip. */
  md5(address: number, length: number, options: CallOptions): Promise<string> {
    this.#check(address, length);
    this.#demandReading();
    return this.#flash.md5(address, length, options);
  }

  /** Erases whole sectors. */
  erase(address: number, length: number, options: CallOptions): Promise<void> {
    this.#check(address, length, ESP_SECTOR);
    return this.#flash.erase(address, length, options);
  }

  /** Erases the whole flash chip, calibration and keys in it too: only where the bench file permits `mass-erase`. */
  async massErase(options: CallOptions): Promise<void> {
    demandPermission(this.#permissions, 'mass-erase', 'erasing the whole flash chip');
    const ask = { what: 'erase the whole flash chip', deadlineMs: CHIP_ERASE_MS };
    await exchange(this.#link, espCommand(ESP_OP.eraseFlash), ask, options);
  }

  /** eFuse state for a report's device block, under the names of the chip's eFuse table; none in Secure Download Mode. */
  async efuses(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    if (isSecure(this.securityInfo)) return { ENABLE_SECURITY_DOWNLOAD: '1' };
    return this.registers.efuses(options);
  }

  /** Starts the application and lets go of the line. False where that takes a power cycle: the port has no control lines. */
  async run(options: CallOptions): Promise<boolean> {
    const { line, clock } = this.#link;
    try {
      await line.setBaudRate(this.#consoleBaudRate, options);
      return this.#hasLines && (await resetIntoApplication({ line, clock }, options));
    } finally {
      await this.#link.close();
    }
  }

  /** Lets go of the line; the chip stays in its loader. */
  close(): Promise<void> {
    return letGo(this.#link, this.#consoleBaudRate);
  }

  #check(address: number, length: number, unit = 1): void {
    const end = this.flashSize ?? LARGEST_FLASH;
    const isWhole = [address, length].every((value) => Number.isInteger(value) && value >= 0);
    if (isWhole && address % unit === 0 && address + length <= end) return;
    throw new UsageError({
      code: 'flash-address',
      message:
        unit === 1 ? 'the flash range lies outside the chip' : 'the flash range is not one of whole sectors',
      expected: `within 0x${end.toString(16)} bytes${unit === 1 ? '' : `, from a multiple of ${unit}`}`,
      got: `${length} bytes at ${address}`,
      remedy: 'take addresses from the areas of the board',
    });
  }

  #demandReading(): void {
    if (!isSecure(this.securityInfo)) return;
    throw new BenchError({
      code: 'loader-secure-download',
      message: 'the chip is in Secure Download Mode for good: its flash can be written, but not read',
      remedy: 'leave out what needs a probe on this board',
    });
  }
}

/** Gives the line back as the console needs it. One that is gone has no speed, and is given back all the same. */
async function letGo(link: SlipLink, baudRate: number): Promise<void> {
  try {
    await link.line.setBaudRate(baudRate, { signal: AbortSignal.timeout(LET_GO_MS) });
  } catch {
    return;
  } finally {
    await link.close();
  }
}
