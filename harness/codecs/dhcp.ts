import { concatBytes } from '@noble/hashes/utils.js';
import type { PeerError } from '#core/errors.ts';
import { readOrError } from '#codecs/flat-json.ts';
import { bigEndian, WireReader } from '#codecs/wire-reader.ts';

/** Message types of DHCP (option 53; RFC 2132, 9.6). */
export const DHCP_TYPE = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

/** Options that a client looks at (RFC 2132). */
export const DHCP_OPTION = {
  pad: 0,
  mask: 1,
  router: 3,
  nameServers: 6,
  hostName: 12,
  domainName: 15,
  requested: 50,
  leaseTime: 51,
  overload: 52,
  type: 53,
  server: 54,
  renewal: 58,
  rebinding: 59,
  search: 119,
  routes: 121,
  end: 255,
} as const;

export interface DhcpOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/** A message of DHCP over BOOTP (RFC 2131). */
export interface DhcpMessage {
  /** 1 request, 2 reply. */
  readonly op: number;
  readonly hardwareType: number;
  readonly hardwareLength: number;
  readonly hops: number;
  readonly transaction: number;
  readonly seconds: number;
  readonly flags: number;
  /** Addresses as numbers. */
  readonly client: number;
  readonly yours: number;
  readonly server: number;
  readonly gateway: number;
  /** 16 bytes. */
  readonly hardware: Uint8Array;
  /** 64 and 128 bytes. */
  readonly serverName: Uint8Array;
  readonly file: Uint8Array;
  /** Without padding and end. */
  readonly options: readonly DhcpOption[];
}

const COOKIE = 0x6382_5363;

/** Reads one message; PeerError codes `dhcp-*` say what does not fit. */
export function decodeDhcp(bytes: Uint8Array): DhcpMessage | PeerError {
  return readOrError(() => {
    const reader = new WireReader('dhcp', bytes);
    const head = {
      op: reader.u8('op'),
      hardwareType: reader.u8('htype'),
      hardwareLength: reader.u8('hlen'),
      hops: reader.u8('hops'),
      transaction: reader.u32('xid'),
      seconds: reader.u16('secs'),
      flags: reader.u16('flags'),
      client: reader.u32('ciaddr'),
      yours: reader.u32('yiaddr'),
      server: reader.u32('siaddr'),
      gateway: reader.u32('giaddr'),
      hardware: reader.take(16, 'chaddr'),
      serverName: reader.take(64, 'sname'),
      file: reader.take(128, 'file'),
    };
    if (head.op !== 1 && head.op !== 2) throw reader.error('op', 'op', '1 or 2', String(head.op));
    if (head.hardwareLength > 16)
      throw reader.error('hlen', 'hlen', 'at most 16', String(head.hardwareLength));
    const cookie = reader.u32('magic cookie');
    if (cookie !== COOKIE) throw reader.error('cookie', 'magic cookie', '63825363', cookie.toString(16));
    return { ...head, options: optionsOf(reader) };
  });
}

function optionsOf(reader: WireReader): DhcpOption[] {
  const options: DhcpOption[] = [];
  while (reader.left > 0) {
    const code = reader.u8('option');
    if (code === DHCP_OPTION.end) return options;
    if (code === DHCP_OPTION.pad) continue;
    const length = reader.u8(`length of option ${code}`);
    if (length > reader.left) {
      throw reader.error(
        'option-length',
        `length of option ${code}`,
        `at most ${reader.left}`,
        String(length),
      );
    }
    options.push({ code, value: reader.take(length, `option ${code}`) });
  }
  throw reader.error('no-end', 'options', 'the end option', 'the end of the message');
}

/** The message as bytes, with an end option unless told otherwise. */
export function encodeDhcp(message: DhcpMessage, { ends = true } = {}): Uint8Array {
  const { op, hardwareType, hardwareLength, hops, transaction, seconds, flags, options } = message;
  const { client, yours, server, gateway, hardware, serverName, file } = message;
  return concatBytes(
    Uint8Array.of(op, hardwareType, hardwareLength, hops),
    bigEndian(transaction, 4),
    bigEndian(seconds, 2),
    bigEndian(flags, 2),
    ...[client, yours, server, gateway].map((address) => bigEndian(address, 4)),
    hardware,
    serverName,
    file,
    bigEndian(COOKIE, 4),
    ...options.map(({ code, value }) => concatBytes(Uint8Array.of(code, value.length), value)),
    Uint8Array.from(ends ? [DHCP_OPTION.end] : []),
  );
}
