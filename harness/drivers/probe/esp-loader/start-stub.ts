import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import {
  decodeEspResponse,
  encodeEspRequest,
  ESP_BLOCK,
  ESP_OP,
  espBlock,
  espCommand,
  splitStatus,
} from '#codecs/esp-loader.ts';
import type { EspLoaderChip } from '#codecs/esp-loader-chip.ts';
import { type EspSecurityInfo, hasSecurityFlag } from '#codecs/esp-security-info.ts';
import type { EspStub, EspStubSegment } from '#codecs/esp-stub.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';
import { exchange, LoaderRefusal } from '#drivers/probe/esp-loader/exchange.ts';
import type { LoaderRegisters } from '#drivers/probe/esp-loader/registers.ts';

/** What a stub is started with. */
export interface StubWorld {
  readonly link: SlipLink;
  readonly chip: EspLoaderChip;
  readonly registers: LoaderRegisters;
  readonly securityInfo: EspSecurityInfo | null;
}

const NO_FRAME = new Uint8Array(0);
const GREETING = 'OHAI';
const GREETING_MS = 3000;
/** The ROM's answer to MEM_END may be lost: the stub may set up the UART anew before it is out. */
const END_MS = 200;
/** Pointer of the ESP32-S3's ROM to its function that reads flash. */
const READ_POINTER = 0x3fcef688;

/** Sends the stub to RAM, starts it and waits for its greeting. PeerError `loader-stub-silent`. */
export async function startStub(world: StubWorld, stub: EspStub, options: CallOptions): Promise<void> {
  const { link, chip, securityInfo } = world;
  for (const segment of stub.segments) await send(link, segment, options);
  const isLocked = securityInfo !== null && hasSecurityFlag(securityInfo, 'SECURE_BOOT_EN');
  if (chip.name === 'esp32s3' && isLocked) await jumpByPointer(world, stub.entry, options);
  else await jump(link, stub.entry, options);
}

async function send(link: SlipLink, { address, bytes }: EspStubSegment, options: CallOptions): Promise<void> {
  const blocks = Math.ceil(bytes.length / ESP_BLOCK.ram);
  const begin = espCommand(ESP_OP.memBegin, bytes.length, blocks, ESP_BLOCK.ram, address);
  await exchange(link, begin, { what: 'take code for its RAM' }, options);
  for (let sequence = 0; sequence < blocks; sequence++) {
    const piece = bytes.subarray(sequence * ESP_BLOCK.ram, (sequence + 1) * ESP_BLOCK.ram);
    await exchange(
      link,
      espBlock(ESP_OP.memData, sequence, piece),
      { what: 'take code for its RAM' },
      options,
    );
  }
}

async function jump(link: SlipLink, entry: number, options: CallOptions): Promise<void> {
  await link.send(encodeEspRequest(espCommand(ESP_OP.memEnd, 0, entry)), options);
  const first = await link.next(END_MS, options);
  if (first !== null && isGreeting(first)) return;
  const status = splitStatus(decodeEspResponse(first ?? NO_FRAME)?.body ?? NO_FRAME, 0);
  if (status?.failed === true) throw new LoaderRefusal('start the flasher stub', status.code);
  await awaitGreeting(link, options);
}

/** With Secure Boot the ROM of the ESP32-S3 does not jump, but it calls its read function through a pointer in RAM. */
async function jumpByPointer(
  { link, registers }: StubWorld,
  entry: number,
  options: CallOptions,
): Promise<void> {
  await exchange(link, espCommand(ESP_OP.memEnd, 1, 0), { what: 'end the transfer to RAM' }, options);
  const before = await registers.read(READ_POINTER, options);
  await registers.write(READ_POINTER, entry, options);
  await link.send(encodeEspRequest(espCommand(ESP_OP.readFlashSlow, 0, 0)), options);
  await awaitGreeting(link, options);
  await registers.write(READ_POINTER, before, options);
}

async function awaitGreeting(link: SlipLink, options: CallOptions): Promise<void> {
  const frame = await link.next(GREETING_MS, options);
  if (frame !== null && isGreeting(frame)) return;
  throw new PeerError({
    code: 'loader-stub-silent',
    message: 'the flasher stub was sent but did not start',
    expected: GREETING,
    got: link.excerpt(),
    remedy: 'go without it: stub: false; the chip may refuse foreign code',
  });
}

function isGreeting(frame: Uint8Array): boolean {
  return Buffer.from(frame).toString('latin1') === GREETING;
}
