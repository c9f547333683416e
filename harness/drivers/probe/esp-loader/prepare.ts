import type { CallOptions } from '#core/capabilities.ts';
import { NO_PERMISSIONS, type Permissions } from '#core/permissions.ts';
import { ESP_OP, ESP_SECTOR, espCommand } from '#codecs/esp-loader.ts';
import type { EspLoaderChip } from '#codecs/esp-loader-chip.ts';
import { type EspSecurityInfo, hasSecurityFlag } from '#codecs/esp-security-info.ts';
import type { EspStub } from '#codecs/esp-stub.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';
import { connect, type ConnectSettings } from '#drivers/probe/esp-loader/connect.ts';
import { exchange } from '#drivers/probe/esp-loader/exchange.ts';
import { identify } from '#drivers/probe/esp-loader/identify.ts';
import { flashSizeOf, LoaderRegisters } from '#drivers/probe/esp-loader/registers.ts';
import { startStub } from '#drivers/probe/esp-loader/start-stub.ts';
import { loadStub } from '#drivers/probe/esp-loader/stub.ts';

/** How a chip is worked on through its serial loader. */
export interface EspLoaderSettings extends ConnectSettings {
  /** Speed of transfers; default 460800. Commands before run at 115200. */
  readonly baudRate?: number;
  /** Speed that the line is given back with, for the console; default 115200. */
  readonly consoleBaudRate?: number;
  /** A stub of the bench's own (the vendor's JSON); false: the ROM alone, slower. Default the vendor's. */
  readonly stub?: string | false;
  /** What cannot be taken back and yet may be done to this board. */
  readonly permissions?: Permissions;
}

/** Speed of the ROM after a reset. */
export const ROM_BAUD = 115_200;
const FAST_BAUD = 460_800;
/** The line carries rubbish while the speed changes. */
const SETTLE_MS = 50;
/** Taken for the flash chip's size where it cannot be asked. */
export const LARGEST_FLASH = 16 * 1024 * 1024;

/** A loader that is ready for work, and what is known of its chip. */
export interface Prepared {
  readonly link: SlipLink;
  readonly chip: EspLoaderChip;
  readonly isStub: boolean;
  readonly securityInfo: EspSecurityInfo | null;
  readonly flashSize: number | null;
  readonly registers: LoaderRegisters;
  readonly permissions: Permissions;
  readonly hasLines: boolean;
}

/** Secure Download Mode: nothing can be read, and no code of ours runs. */
export function isSecure(info: EspSecurityInfo | null): boolean {
  return info !== null && hasSecurityFlag(info, 'SECURE_DOWNLOAD_ENABLE');
}

/** Gets an answer, identifies the chip, starts the stub, and brings the line up to speed. */
export async function prepare(
  link: SlipLink,
  settings: EspLoaderSettings,
  options: CallOptions,
): Promise<Prepared> {
  const { running, hasLines } = await connect(link, settings, options);
  const { chip, securityInfo } = await identify(link, options);
  const registers = new LoaderRegisters(link, chip);
  const secure = isSecure(securityInfo);
  const wasStub = running === 'stub';
  if (settings.usbJtag === true && !secure && !wasStub) await registers.stopWatchdogs(options);
  const stub = wasStub || secure ? null : await stubFor(chip, securityInfo, settings);
  if (stub !== null) await startStub({ link, chip, registers, securityInfo }, stub, options);
  const isStub = wasStub || stub !== null;
  await changeBaudRate({ link, registers, isStub, secure }, settings.baudRate ?? FAST_BAUD, options);
  const pins = isStub || secure ? 0 : await registers.flashPins(options);
  if (!isStub)
    await exchange(link, espCommand(ESP_OP.spiAttach, pins, 0), { what: 'attach the flash chip' }, options);
  const flashSize = secure ? null : flashSizeOf(await registers.flashId(options));
  const size = flashSize ?? LARGEST_FLASH;
  const parameters = espCommand(ESP_OP.spiSetParams, 0, size, 0x10000, ESP_SECTOR, 0x100, 0xffff);
  await exchange(link, parameters, { what: 'take the size of the flash chip' }, options);
  const permissions = settings.permissions ?? NO_PERMISSIONS;
  return { link, chip, isStub, securityInfo, flashSize, registers, permissions, hasLines };
}

/** The ESP32-C3 with Secure Boot runs no code of ours. */
async function stubFor(
  chip: EspLoaderChip,
  info: EspSecurityInfo | null,
  { stub }: EspLoaderSettings,
): Promise<EspStub | null> {
  const cannot = chip.name === 'esp32c3' && info !== null && hasSecurityFlag(info, 'SECURE_BOOT_EN');
  return stub === false || cannot ? null : loadStub(chip.name, stub);
}

interface Speed {
  readonly link: SlipLink;
  readonly registers: LoaderRegisters;
  readonly isStub: boolean;
  readonly secure: boolean;
}

async function changeBaudRate(
  { link, registers, isStub, secure }: Speed,
  baudRate: number,
  options: CallOptions,
): Promise<void> {
  if (baudRate === ROM_BAUD) return;
  const asked = isStub || secure ? baudRate : await registers.romBaudRate(baudRate, options);
  const request = espCommand(ESP_OP.changeBaudRate, asked, isStub ? ROM_BAUD : 0);
  await exchange(link, request, { what: `change to ${baudRate} baud` }, options);
  await link.line.setBaudRate(baudRate, options);
  await link.clock.sleep(SETTLE_MS, options.signal);
  await link.purge(options);
}
