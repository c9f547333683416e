import type { PeerError } from '#core/errors.ts';
import { H4, type H4Packet } from '#codecs/ble/h4.ts';
import { HCI_COMMANDS, type ReturnsOf } from '#codecs/ble/hci-command.ts';
import { HCI_EVENTS, LE_EVENTS, LE_META } from '#codecs/ble/hci-event.ts';
import { blob, size, u16, u8, type Layout, type Lies, type ValuesOf } from '#codecs/ble/layout.ts';
import { bleError, decodeLayout } from '#codecs/ble/layout-decode.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';
import { PduCodec, type PduOf, type RawPdu } from '#codecs/ble/pdu.ts';

const COMMAND = [u16('opcode'), size('length', 1, 'parameters'), blob('parameters')] as const;
const EVENT = [u8('code'), size('length', 1, 'parameters'), blob('parameters')] as const;

export type HciCommandName = keyof typeof HCI_COMMANDS;
export type HciCommand = PduOf<typeof HCI_COMMANDS>;
export type HciEvent = PduOf<typeof HCI_EVENTS>;
export type LeEvent = PduOf<typeof LE_EVENTS>;

/** Commands, by opcode. */
export const hciCommands = new PduCodec('HCI', HCI_COMMANDS);
const events = new PduCodec('HCI', HCI_EVENTS);
const leEvents = new PduCodec('HCI', LE_EVENTS);

/** A command as an H4 packet; lies name its parameters, or `opcode` and `length`. */
export function encodeCommand(command: HciCommand | RawPdu, lies: Lies = {}): H4Packet {
  const values = {
    opcode: hciCommands.codeOf(command),
    parameters: hciCommands.encode(command, lies),
  };
  return { indicator: H4.command, body: encodeLayout(COMMAND, values, lies) };
}

/** The command in the body of an H4 command packet. */
export function decodeCommand(body: Uint8Array): HciCommand | RawPdu | PeerError {
  const packet = decodeLayout('HCI command', COMMAND, body);
  return packet instanceof Error ? packet : hciCommands.decode(packet.opcode, packet.parameters);
}

/** An event as an H4 packet; lies name its fields, or `code` and `length`. */
export function encodeEvent(event: HciEvent | RawPdu, lies: Lies = {}): H4Packet {
  const values = { code: events.codeOf(event), parameters: events.encode(event, lies) };
  return { indicator: H4.event, body: encodeLayout(EVENT, values, lies) };
}

/** As `encodeEvent`, for an LE event. */
export function encodeLeEvent(event: LeEvent | RawPdu, lies: Lies = {}): H4Packet {
  const parameters = Uint8Array.from([leEvents.codeOf(event), ...leEvents.encode(event, lies)]);
  return { indicator: H4.event, body: encodeLayout(EVENT, { code: LE_META, parameters }, lies) };
}

/** The event in the body of an H4 event packet; of an unknown LE event the code is 3Exx. */
export function decodeEvent(body: Uint8Array): HciEvent | LeEvent | RawPdu | PeerError {
  const packet = decodeLayout('HCI event', EVENT, body);
  if (packet instanceof Error) return packet;
  if (packet.code !== LE_META) return events.decode(packet.code, packet.parameters);
  const [code, ...rest] = packet.parameters;
  if (code === undefined) return bleError('truncated', 'an LE event without code', '1 byte', 'none');
  const event = leEvents.decode(code, Uint8Array.from(rest));
  return event instanceof Error || event.type !== 'raw' ? event : { ...event, code: LE_META * 256 + code };
}

/** Return parameters of a command, as Command Complete carries them. Throws UsageError where they do not fit. */
export function encodeReturns<K extends HciCommandName>(command: K, values: ReturnsOf<K>): Uint8Array {
  return encodeLayout(HCI_COMMANDS[command].returns ?? [], values as ValuesOf<Layout>);
}

/** As `encodeReturns`, back; a command that failed gives only its status. */
export function decodeReturns<K extends HciCommandName>(
  command: K,
  returns: Uint8Array,
): ReturnsOf<K> | PeerError {
  const { title } = HCI_COMMANDS[command];
  const layout: Layout = HCI_COMMANDS[command].returns ?? [];
  return decodeLayout(`HCI ${title} returns`, layout, returns) as ReturnsOf<K> | PeerError;
}

/** Which piece of an L2CAP frame an ACL packet is; the first from a host and from a controller differ. */
export const ACL_START = { fromHost: 0, continuation: 1, fromController: 2, complete: 3 } as const;

const ACL = [u16('word'), size('length', 2, 'data'), blob('data')] as const;

/** One ACL packet. */
export interface AclPacket {
  readonly handle: number;
  /** As `ACL_START`. */
  readonly start: number;
  readonly data: Uint8Array;
}

/** An ACL packet as H4; the lies `word` and `length` are its header. */
export function encodeAcl({ handle, start, data }: AclPacket, lies: Lies = {}): H4Packet {
  return { indicator: H4.acl, body: encodeLayout(ACL, { word: handle | (start << 12), data }, lies) };
}

/** The ACL packet in the body of an H4 packet; broadcast bits are not ours and are left out. */
export function decodeAcl(body: Uint8Array): AclPacket | PeerError {
  const packet = decodeLayout('ACL', ACL, body);
  if (packet instanceof Error) return packet;
  return { handle: packet.word & 0xfff, start: (packet.word >> 12) & 3, data: packet.data };
}

/** Eight bytes with these bits set, as event masks are. */
export function bitMask(...set: readonly number[]): Uint8Array {
  const mask = new Uint8Array(8);
  for (const bit of set) mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (1 << (bit & 7));
  return mask;
}
