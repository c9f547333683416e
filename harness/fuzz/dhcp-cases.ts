import type { FuzzCase } from '#core/verbs.ts';
import { DHCP_OPTION, DHCP_TYPE, encodeDhcp, type DhcpMessage, type DhcpOption } from '#codecs/dhcp.ts';
import { bigEndian } from '#codecs/wire-reader.ts';
import { truncations } from '#fuzz/mutate.ts';

const SERVER = 0x0a00_0001;
const CLIENT = 0x0a00_0064;
const BROADCAST = 0x0a00_00ff;
/** Options begin behind the fixed part and the cookie. */
const FIXED = 240;

/** What a client said when it asked: an answer must carry these back. */
export interface DhcpAsked {
  readonly transaction: number;
  /** 16 bytes. */
  readonly hardware: Uint8Array;
}

const option = (code: number, ...value: readonly number[]): DhcpOption => ({
  code,
  value: Uint8Array.from(value),
});
const word = (code: number, value: number): DhcpOption => ({ code, value: bigEndian(value, 4) });

const SOUND: readonly DhcpOption[] = [
  option(DHCP_OPTION.type, DHCP_TYPE.ack),
  word(DHCP_OPTION.server, SERVER),
  word(DHCP_OPTION.leaseTime, 3600),
  word(DHCP_OPTION.mask, 0xffff_ff00),
  word(DHCP_OPTION.router, SERVER),
  word(DHCP_OPTION.nameServers, SERVER),
];

/** The sound options with one replaced, or removed. */
function but(code: number, ...instead: readonly DhcpOption[]): readonly DhcpOption[] {
  return [...SOUND.filter((one) => one.code !== code), ...instead];
}

/** Acknowledgements of a DHCP server that a client must not act on, or must survive. */
export function dhcpCases({ transaction, hardware }: DhcpAsked): readonly FuzzCase[] {
  const reply: DhcpMessage = {
    op: 2,
    hardwareType: 1,
    hardwareLength: 6,
    hops: 0,
    transaction,
    seconds: 0,
    flags: 0,
    client: 0,
    yours: CLIENT,
    server: SERVER,
    gateway: 0,
    hardware,
    serverName: new Uint8Array(64),
    file: new Uint8Array(128),
    options: SOUND,
  };
  const sound = encodeDhcp(reply);
  const field = (name: string, odd: Partial<DhcpMessage>): FuzzCase => ({
    name,
    bytes: encodeDhcp({ ...reply, ...odd }),
  });
  const options = (name: string, list: readonly DhcpOption[]): FuzzCase => field(name, { options: list });
  const tail = (name: string, ...bytes: readonly number[]): FuzzCase => ({
    name,
    bytes: Buffer.concat([sound.subarray(0, sound.length - 1), Uint8Array.from(bytes)]),
  });
  const leases = [0, 1, 0xffff_ffff].map((seconds) =>
    options(`a lease of ${seconds} s`, but(DHCP_OPTION.leaseTime, word(DHCP_OPTION.leaseTime, seconds))),
  );
  const addresses = (
    [
      ['0.0.0.0', 0],
      ['255.255.255.255', 0xffff_ffff],
      ['127.0.0.1', 0x7f00_0001],
      ['of the server', SERVER],
    ] as const
  ).map(([what, yours]) => field(`an address ${what}`, { yours }));
  return [
    ...truncations('ACK', sound).filter(({ bytes }) => bytes.length >= FIXED - 5),
    tail('an option past the end', DHCP_OPTION.hostName, 255, 0x61),
    tail('an option without length', DHCP_OPTION.hostName),
    tail('no end option'),
    tail('a flood of padding', ...new Uint8Array(1000), DHCP_OPTION.end),
    tail('overload of file and name, both without end', DHCP_OPTION.overload, 1, 3, DHCP_OPTION.end),
    options('no message type', but(DHCP_OPTION.type)),
    options('two message types', [...SOUND, option(DHCP_OPTION.type, DHCP_TYPE.nak)]),
    options('a message type of no bytes', but(DHCP_OPTION.type, option(DHCP_OPTION.type))),
    options('a message type nobody knows', but(DHCP_OPTION.type, option(DHCP_OPTION.type, 99))),
    options('no server', but(DHCP_OPTION.server)),
    options('another server', but(DHCP_OPTION.server, word(DHCP_OPTION.server, 0x0a00_0002))),
    ...leases,
    options('renewal after the lease', [
      ...SOUND,
      word(DHCP_OPTION.renewal, 7200),
      word(DHCP_OPTION.rebinding, 3),
    ]),
    options('mask 0', but(DHCP_OPTION.mask, word(DHCP_OPTION.mask, 0))),
    options('a mask with holes', but(DHCP_OPTION.mask, word(DHCP_OPTION.mask, 0xff00_ff00))),
    options('a mask of three bytes', but(DHCP_OPTION.mask, option(DHCP_OPTION.mask, 255, 255, 255))),
    options(
      'a router that is the broadcast address',
      but(DHCP_OPTION.router, word(DHCP_OPTION.router, BROADCAST)),
    ),
    options('a router that is the client', but(DHCP_OPTION.router, word(DHCP_OPTION.router, CLIENT))),
    options(
      '63 name servers',
      but(DHCP_OPTION.nameServers, option(DHCP_OPTION.nameServers, ...new Uint8Array(252))),
    ),
    options('a host name of 255 bytes', [...SOUND, option(DHCP_OPTION.hostName, ...Buffer.alloc(255, 0x61))]),
    options('a domain with NUL', [...SOUND, option(DHCP_OPTION.domainName, 0x61, 0, 0x62)]),
    options('a search list that points to itself', [...SOUND, option(DHCP_OPTION.search, 0xc0, 0)]),
    options('a route with prefix 33', [
      ...SOUND,
      option(DHCP_OPTION.routes, 33, 10, 0, 0, 0, 0, 10, 0, 0, 1),
    ]),
    ...addresses,
    field('another transaction', { transaction: transaction ^ 0xffff }),
    field('another hardware address', { hardware: hardware.map((byte) => byte ^ 0xff) }),
    field('hlen 255', { hardwareLength: 255 }),
    field('a request in the place of a reply', { op: 1 }),
    {
      name: 'a wrong cookie',
      bytes: Buffer.concat([sound.subarray(0, 236), new Uint8Array(4), sound.subarray(240)]),
    },
    { name: 'a message of 1500 bytes', bytes: Buffer.concat([sound, new Uint8Array(1500 - sound.length)]) },
  ];
}
