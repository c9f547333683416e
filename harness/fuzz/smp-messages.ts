import { encodeCborMap, type CborValue } from '#codecs/cbor.ts';
import { HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { encodeSmpHeader, IMAGE_COMMAND, OS_COMMAND, SMP_GROUP, SMP_HEADER, SMP_OP } from '#codecs/smp.ts';

/** A command: group, id and direction. */
export interface SmpCommand {
  readonly op: number;
  readonly group: number;
  readonly command: number;
  readonly version?: number;
}

export const ECHO: SmpCommand = { op: SMP_OP.write, group: SMP_GROUP.os, command: OS_COMMAND.echo };
export const INFO: SmpCommand = { op: SMP_OP.read, group: SMP_GROUP.os, command: OS_COMMAND.info };
export const BOOTLOADER: SmpCommand = {
  op: SMP_OP.read,
  group: SMP_GROUP.os,
  command: OS_COMMAND.bootloader,
};
export const STATE_READ: SmpCommand = {
  op: SMP_OP.read,
  group: SMP_GROUP.image,
  command: IMAGE_COMMAND.state,
};
export const STATE_WRITE: SmpCommand = {
  op: SMP_OP.write,
  group: SMP_GROUP.image,
  command: IMAGE_COMMAND.state,
};
export const UPLOAD: SmpCommand = { op: SMP_OP.write, group: SMP_GROUP.image, command: IMAGE_COMMAND.upload };

/** A packet with this payload, whatever it is, and a true header length unless another is given. */
export function smpPacket(command: SmpCommand, payload: Uint8Array, length = payload.length): Uint8Array {
  const { op, group, command: id, version = 1 } = command;
  const packet = new Uint8Array(SMP_HEADER + payload.length);
  packet.set(encodeSmpHeader({ op, version, flags: 0, length, group, sequence: 0x5a, command: id }));
  packet.set(payload, SMP_HEADER);
  return packet;
}

/** A packet with these members. */
export function smpRequest(
  command: SmpCommand,
  members: readonly (readonly [string, CborValue])[],
): Uint8Array {
  return smpPacket(command, encodeCborMap(members));
}

/** The start of an image that is none: the header's magic, then rubbish. */
export function imageStart(length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0x5a);
  if (length >= 4) new DataView(bytes.buffer).setUint32(0, HEADER_MAGIC, true);
  return bytes;
}

/** Valid requests of every kind that a fuzzer may send: none restarts the board or confirms anything. */
export function validRequests(): readonly (readonly [string, Uint8Array])[] {
  return [
    ['echo', smpRequest(ECHO, [['d', 'fuzz']])],
    ['os info', smpRequest(INFO, [['format', 'svrp']])],
    ['image state', smpRequest(STATE_READ, [])],
    [
      'image test',
      smpRequest(STATE_WRITE, [
        ['hash', new Uint8Array(32).fill(0x11)],
        ['confirm', false],
      ]),
    ],
    [
      'image upload',
      smpRequest(UPLOAD, [
        ['len', 4096],
        ['sha', new Uint8Array(32).fill(0x22)],
        ['off', 0],
        ['data', imageStart(32)],
      ]),
    ],
  ];
}

/**
 * True where some reading of the bytes is a request that a campaign must not send by chance: a restart would look like a
 * crash, and an erased storage area could not be brought back.
 */
export function isDestructive(packet: Uint8Array): boolean {
  for (let at = 0; at + SMP_HEADER <= packet.length; at++) {
    if (((packet[at] ?? 0) & 7) !== SMP_OP.write || packet[at + 4] !== 0) continue;
    const [group, id] = [packet[at + 5], packet[at + 7]];
    if ((group === SMP_GROUP.os && id === OS_COMMAND.reset) || group === 63) return true;
  }
  return false;
}
