const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const OPTION = { end: 0, comment: 1, interfaceName: 2, application: 4 } as const;
const BYTE_ORDER = 0x1a2b3c4d;

/** What the packets of a capture begin with (https://www.tcpdump.org/linktypes.html). */
export const LINK_TYPE = {
  /** An IPv4 or IPv6 packet, nothing in front of it. */
  raw: 101,
  /** H4 behind a direction. */
  bluetoothH4: 201,
  /** An LE packet from its access address to its CRC. */
  bluetoothLe: 251,
  /** Bytes of a serial line behind a header of twelve bytes: time, event, lines. */
  rtacSerial: 250,
} as const;

/** A packet as the capture holds it. */
export interface CapturedFrame {
  /** Microseconds since 1970, or since whatever the clock counts from. */
  readonly atUs: number;
  readonly bytes: Uint8Array;
  /** Shown by Wireshark, and filtered on as `frame.comment`; the id of a case. */
  readonly comment?: string;
}

/** What a capture was made at. */
export interface CapturedInterface {
  readonly name: string;
  readonly linkType: (typeof LINK_TYPE)[keyof typeof LINK_TYPE];
}

/** A pcapng file of one interface, with times in microseconds. */
export function encodePcapng(at: CapturedInterface, frames: readonly CapturedFrame[]): Uint8Array {
  const section = concat(
    u32(BYTE_ORDER),
    u16(1),
    u16(0),
    u32(0xffff_ffff),
    u32(0xffff_ffff),
    option(OPTION.application, 'assay'),
    END,
  );
  const described = concat(u16(at.linkType), u16(0), u32(0), option(OPTION.interfaceName, at.name), END);
  return concat(block(BLOCK.section, section), block(BLOCK.interface, described), ...frames.map(packetBlock));
}

function packetBlock({ bytes, atUs, comment }: CapturedFrame): Uint8Array {
  const time = Math.round(atUs);
  const body = concat(
    u32(0),
    u32(Math.floor(time / 0x1_0000_0000)),
    u32(time >>> 0),
    u32(bytes.length),
    u32(bytes.length),
    padded(bytes),
    ...(comment === undefined ? [] : [option(OPTION.comment, comment), END]),
  );
  return block(BLOCK.packet, body);
}

function block(type: number, body: Uint8Array): Uint8Array {
  const length = u32(body.length + 12);
  return concat(u32(type), length, body, length);
}

function option(code: number, text: string): Uint8Array {
  const value = Uint8Array.from(Buffer.from(text, 'utf8')).subarray(0, 0xffff);
  return concat(u16(code), u16(value.length), padded(value));
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

const END = u32(OPTION.end);
