import { H4, type H4Packet } from '#codecs/ble/h4.ts';
import { encodeAcl, encodeEvent, encodeLeEvent, type HciEvent, type LeEvent } from '#codecs/ble/hci.ts';
import { truncations } from '#fuzz/mutate.ts';

/** Something that a hostile controller says to its host. */
export interface ControllerCase {
  readonly name: string;
  readonly packets: readonly H4Packet[];
}

/** A handle that no link has, and one beyond what handles may be. */
const NOBODY = 0x0e00;
const BEYOND = 0x0fff;
const ADDRESS = new Uint8Array(6).fill(0xc4);
const REPORT = { eventType: 0, addressType: 1, address: ADDRESS, data: Uint8Array.of(2, 1, 6), rssi: -40 };

const SAID: readonly HciEvent[] = [
  { type: 'disconnected', status: 0, handle: NOBODY, reason: 0x13 },
  { type: 'encryptionChange', status: 0, handle: NOBODY, enabled: 1 },
  { type: 'commandComplete', credits: 1, opcode: 0xffff, returns: new Uint8Array() },
  { type: 'commandStatus', status: 0, credits: 0, opcode: 0 },
  { type: 'completedPackets', handles: [{ handle: NOBODY, packets: 0xffff }] },
  { type: 'bufferOverflow', linkType: 0xff },
  { type: 'encryptionRefresh', status: 0, handle: BEYOND },
];
const SAID_LE: readonly LeEvent[] = [
  {
    type: 'connected',
    status: 0xff,
    handle: NOBODY,
    role: 0,
    peerAddressType: 1,
    peerAddress: ADDRESS,
    interval: 0,
    latency: 0xffff,
    timeout: 0,
    clockAccuracy: 0,
  },
  { type: 'advertisingReport', reports: [REPORT] },
  { type: 'keyRequest', handle: NOBODY, random: new Uint8Array(8), diversifier: 0 },
  { type: 'dataLength', handle: NOBODY, txOctets: 0, txTime: 0, rxOctets: 0xffff, rxTime: 0xffff },
  { type: 'connectionUpdate', status: 0, handle: NOBODY, interval: 0, latency: 0xffff, timeout: 0 },
];

/**
 * What a hostile controller may say: events of links that are not there, sizes and counts that lie, every event cut at
 * every byte with its length made true, ACL packets that do not fit. CVE-2020-10065 and its kin of Zephyr; CVE-2024-47249,
 * -47250 and -51569 of NimBLE.
 */
export function controllerCases(): readonly ControllerCase[] {
  const whole = [
    ...SAID.map((event) => ({ name: event.type, packet: encodeEvent(event) })),
    ...SAID_LE.map((event) => ({ name: event.type, packet: encodeLeEvent(event) })),
  ];
  const cut = whole.flatMap(({ name, packet }) => {
    const [code = 0, , ...parameters] = packet.body;
    return truncations(`event ${name}`, Uint8Array.from(parameters)).map((short) => ({
      name: short.name,
      packets: [{ indicator: H4.event, body: Uint8Array.from([code, short.bytes.length, ...short.bytes]) }],
    }));
  });
  return [
    ...whole.map(({ name, packet }) => ({ name: `event ${name}`, packets: [packet] })),
    ...cut,
    ...lies(),
    ...data(),
  ];
}

function lies(): readonly ControllerCase[] {
  const report = (overrides: Readonly<Record<string, number>>) =>
    encodeLeEvent({ type: 'advertisingReport', reports: [REPORT] }, overrides);
  const completed = (count: number) => encodeEvent({ type: 'completedPackets', handles: [] }, { count });
  const event = (...body: readonly number[]): H4Packet => ({
    indicator: H4.event,
    body: Uint8Array.from(body),
  });
  const named = (name: string, ...packets: readonly H4Packet[]): ControllerCase => ({ name, packets });
  return [
    ...[0, 2, 25, 255].map((count) => named(`${count} reports announced, one there`, report({ count }))),
    ...[0, 4, 31, 255].map((length) =>
      named(`a report of ${length} bytes`, report({ 'reports.0.length': length })),
    ),
    ...[1, 2, 255].map((count) => named(`completed packets of ${count} links, none there`, completed(count))),
    named('an event that is longer than it says', event(0x05, 0, 0, 1, 0, 0x13)),
    named('an event that is shorter than it says', event(0x05, 255, 0)),
    named('an event without length', event(0x05)),
    named('no event at all', event()),
    ...[0x00, 0x3e, 0xff].map((code) => named(`event ${code} without parameters`, event(code, 0))),
    named('an LE event of a number that nobody knows', event(0x3e, 1, 0xff)),
  ];
}

function data(): readonly ControllerCase[] {
  const acl = (handle: number, start: number, bytes: Uint8Array, length = bytes.length) =>
    encodeAcl({ handle, start, data: bytes }, { length });
  const frame = Uint8Array.of(1, 0, 4, 0, 0x0a);
  const one = (name: string, packet: H4Packet): ControllerCase => ({ name, packets: [packet] });
  return [
    one('data of a link that is not there', acl(NOBODY, 2, frame)),
    one('data of a handle that cannot be', acl(BEYOND, 2, frame)),
    one('data shorter than their packet says', acl(1, 2, frame, 0xffff)),
    one('data longer than their packet says', acl(1, 2, frame, 1)),
    one('a complete packet, as no LE link has it', acl(1, 3, frame)),
    one('a continuation of nothing', acl(1, 1, frame)),
    one('an empty packet', acl(1, 2, new Uint8Array())),
    one('no header', { indicator: H4.acl, body: new Uint8Array() }),
  ];
}
