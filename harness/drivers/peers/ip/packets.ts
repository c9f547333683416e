import { fileURLToPath } from 'node:url';
import type { Json } from '#core/canonical.ts';
import { canonical } from '#core/canonical.ts';
import { dice, type Dice } from '#core/dice.ts';
import { decodeCoap, encodeCoap } from '#codecs/coap.ts';
import { decodeDhcp, encodeDhcp } from '#codecs/dhcp.ts';
import { dnsName, dnsText } from '#codecs/dns-name.ts';
import { decodeDns, encodeDns, type DnsRecord } from '#codecs/dns.ts';
import type { PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { PythonProcess } from '#codecs/peers/python-process.ts';
import { PEER_PYTHON } from '#drivers/peers/ip/victim-paho.ts';

const SCRIPT = fileURLToPath(new URL('packets.py', import.meta.url));

type Fields = Readonly<Record<string, Json>>;

/** One protocol: random messages as bytes, and what we read in bytes. */
export interface PacketProtocol {
  readonly name: 'coap' | 'dns' | 'dhcp';
  make(roll: Dice): Uint8Array;
  /** The fields in the words of the other side; null where we refuse. */
  fields(bytes: Uint8Array): Fields | null;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const random = (roll: Dice, length: number) => Uint8Array.from({ length }, () => roll(256));
const word = (roll: Dice) => roll(0x1_0000) * 0x1_0000 + roll(0x1_0000);
const address = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');

/** Options of strings and opaque bytes, which every reader gives back as they are. */
const COAP_OPTIONS = [4, 8, 11, 15, 20, 35, 39, 2048 + 2];

export const coap: PacketProtocol = {
  name: 'coap',
  make: (roll) => {
    const numbers = Array.from({ length: roll(5) }, () => COAP_OPTIONS[roll(COAP_OPTIONS.length)] ?? 11);
    return encodeCoap({
      type: roll(4),
      code: [1, 2, 3, 4, 69, 132][roll(6)] ?? 1,
      id: roll(0x1_0000),
      token: random(roll, roll(9)),
      options: numbers
        .toSorted((a, b) => a - b)
        .map((number) => ({ number, value: random(roll, 1 + roll(8)).map((byte) => 0x61 + (byte % 26)) })),
      payload: random(roll, roll(40)),
    });
  },
  fields: (bytes) => {
    const message = decodeCoap(bytes);
    if (message instanceof Error) return null;
    const { type, code, id, token, options, payload } = message;
    const told = options.map(({ number, value }) => [number, hex(value)]);
    return {
      type,
      code,
      id,
      token: hex(token),
      options: told,
      payload: hex(payload),
      again: hex(encodeCoap(message)),
    };
  },
};

const HOSTS = ['update.bench', 'a.b.c.d', 'board.local', 'x'];

export const dns: PacketProtocol = {
  name: 'dns',
  make: (roll) => {
    const name = dnsName(HOSTS[roll(HOSTS.length)] ?? 'x');
    const record = (at: number): DnsRecord =>
      roll(2) === 0
        ? { name, type: 1, class: 1, ttl: 77, data: Uint8Array.of(10, at, roll(256), roll(256)) }
        : { name, type: 28, class: 1, ttl: 77, data: Uint8Array.from([...random(roll, 15), at]) };
    return encodeDns({
      id: roll(0x1_0000),
      flags: 0x8180,
      questions: [{ name, type: 1, class: 1 }],
      answers: Array.from({ length: roll(6) }, (_, at) => record(at)),
      authorities: [],
      additionals: [],
    });
  },
  fields: (bytes) => {
    const message = decodeDns(bytes);
    if (message instanceof Error) return null;
    const { id, flags, questions, answers } = message;
    const rows = answers.map(
      ({ name, type, class: kind, ttl, data }) => [dnsText(name), type, kind, ttl, hex(data)] as const,
    );
    return {
      id,
      flags,
      questions: questions.map(({ name, type, class: kind }) => [dnsText(name), type, kind]),
      answers: rows.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1)),
    };
  },
};

export const dhcp: PacketProtocol = {
  name: 'dhcp',
  make: (roll) =>
    encodeDhcp({
      op: 1 + roll(2),
      hardwareType: 1,
      hardwareLength: 6,
      hops: roll(4),
      transaction: word(roll),
      seconds: roll(0x1_0000),
      flags: roll(2) * 0x8000,
      client: word(roll),
      yours: word(roll),
      server: word(roll),
      gateway: word(roll),
      hardware: random(roll, 16),
      serverName: new Uint8Array(64),
      file: new Uint8Array(128),
      options: [
        { code: 53, value: Uint8Array.of(1 + roll(8)) },
        { code: 54, value: random(roll, 4) },
        { code: 51, value: random(roll, 4) },
        { code: 12, value: random(roll, 1 + roll(20)).map((byte) => 0x61 + (byte % 26)) },
      ].slice(0, 1 + roll(4)),
    }),
  fields: (bytes) => {
    const message = decodeDhcp(bytes);
    if (message instanceof Error) return null;
    const { op, hardwareType, hardwareLength, hops, transaction, seconds, flags, options, hardware } =
      message;
    return {
      op,
      htype: hardwareType,
      hlen: hardwareLength,
      hops,
      xid: transaction,
      secs: seconds,
      flags,
      ciaddr: address(message.client),
      yiaddr: address(message.yours),
      siaddr: address(message.server),
      giaddr: address(message.gateway),
      chaddr: hex(hardware),
      count: options.length,
      again: hex(encodeDhcp(message)),
    };
  },
};

/** What of the other side's answer is compared: every field that we name, in the form of a text. */
function compared(answer: Fields, fields: Fields): boolean {
  return Object.entries(fields).every(
    ([name, value]) => canonical(answer[name] ?? null) === canonical(value),
  );
}

/** Random messages of ours, field by field as somebody else reads them; and the bytes that he writes, read again by us. */
export async function comparePackets(protocol: PacketProtocol, options: PeerOptions): Promise<PeerResult> {
  const python = new PythonProcess(PEER_PYTHON, [SCRIPT]);
  if ((await python.hear()) === null) {
    return {
      compared: 0,
      differ: 0,
      skipped: 'no python with scapy, dnspython and aiocoap; set ASSAY_PEER_PYTHON',
    };
  }
  let differ = 0;
  for (let index = 0; index < options.count; index++) {
    const bytes = protocol.make(dice(options.seed + index));
    const answer = (await python.ask({ protocol: protocol.name, hex: hex(bytes) })) as Fields | null;
    const fields = protocol.fields(bytes);
    const again = typeof answer?.['again'] === 'string' ? Buffer.from(answer['again'], 'hex') : null;
    const rewritten = again === null ? null : protocol.fields(Uint8Array.from(again));
    const agrees = answer !== null && fields !== null && compared(answer, fields);
    if (agrees && rewritten !== null && compared(rewritten, { ...fields, again: rewritten['again'] ?? null }))
      continue;
    differ += 1;
    if (differ < 4)
      options.log(
        `${protocol.name} ${hex(bytes)}: ${JSON.stringify(answer)} against ${JSON.stringify(fields)}`,
      );
  }
  await python.stop();
  return { compared: options.count, differ };
}
