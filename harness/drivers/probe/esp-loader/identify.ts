import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { ESP_OP, espCommand } from '#codecs/esp-loader.ts';
import {
  ESP_LOADER_CHIPS,
  ESP_MAGIC_REGISTER,
  type EspLoaderChip,
  loaderChipById,
  loaderChipByMagic,
} from '#codecs/esp-loader-chip.ts';
import { type EspSecurityInfo, parseSecurityInfo } from '#codecs/esp-security-info.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';
import { exchange, LoaderRefusal } from '#drivers/probe/esp-loader/exchange.ts';

/** Which chip it is, and what it tells of its protections. */
export interface Identified {
  readonly chip: EspLoaderChip;
  readonly securityInfo: EspSecurityInfo | null;
}

/** Longer than what any chip tells; the ROM adds two bytes to the status. */
const LENGTHS = [20, 12] as const;

/** Asks for the chip id, and where the ROM gives none, for the value by which older chips are known. */
export async function identify(link: SlipLink, options: CallOptions): Promise<Identified> {
  const securityInfo = await askSecurity(link, options);
  if (securityInfo !== null && securityInfo.chipId !== null) {
    const chip = loaderChipById(securityInfo.chipId);
    if (chip !== undefined) return { chip, securityInfo };
    throw unknownChip(`chip id ${securityInfo.chipId}`);
  }
  const request = espCommand(ESP_OP.readReg, ESP_MAGIC_REGISTER);
  const { value } = await exchange(link, request, { what: 'tell which chip it is' }, options);
  const chip = loaderChipByMagic(value);
  if (chip === undefined) throw unknownChip(`0x${value.toString(16).padStart(8, '0')}`);
  return { chip, securityInfo };
}

async function askSecurity(link: SlipLink, options: CallOptions): Promise<EspSecurityInfo | null> {
  for (const dataLength of LENGTHS) {
    try {
      const ask = { what: 'tell its protections', dataLength };
      const { data } = await exchange(link, espCommand(ESP_OP.securityInfo), ask, options);
      return parseSecurityInfo(data);
    } catch (error) {
      if (error instanceof LoaderRefusal && error.isUnknown) return null;
      const isShort = error instanceof LoaderRefusal || isMalformed(error);
      if (!isShort || dataLength === LENGTHS.at(-1)) throw error;
    }
  }
  return null;
}

/** The ESP32-S2 tells less: its answer is too short to be taken for the longer one. */
function isMalformed(error: unknown): boolean {
  return error instanceof PeerError && error.code === 'loader-malformed';
}

function unknownChip(got: string): PeerError {
  return new PeerError({
    code: 'loader-unknown-chip',
    message: 'the serial loader is that of a chip we do not know',
    expected: ESP_LOADER_CHIPS.map(({ title }) => title).join(', '),
    got,
    remedy: 'check the port; for another chip of the family, add its registers to the table of chips',
  });
}
