import type { FuzzCase } from '#core/verbs.ts';
import { dnsName, encodeDnsName } from '#codecs/dns-name.ts';
import {
  DNS_CLASS_IN,
  DNS_FLAG,
  DNS_TYPE,
  encodeDns,
  encodeDnsQuestion,
  encodeDnsRecord,
  type DnsRecord,
} from '#codecs/dns.ts';
import { bigEndian } from '#codecs/wire-reader.ts';
import { havoc, truncations } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

const ANSWER = DNS_FLAG.response | DNS_FLAG.desired | DNS_FLAG.available;
/** A pointer to the name of the first question, right behind the header. */
const FIRST_NAME = Uint8Array.of(0xc0, 0x0c);
const HEADER = 12;

/** A header with these counts. */
function header(flags: number, ...counts: readonly number[]): Uint8Array {
  return Buffer.concat([0, flags, ...counts].map((value) => bigEndian(value, 2)));
}

/** Record with any bytes for its name, and an RDLENGTH that may lie. */
function record(name: Uint8Array, type: number, data: Uint8Array, length = data.length): Uint8Array {
  return Buffer.concat([
    name,
    bigEndian(type, 2),
    bigEndian(DNS_CLASS_IN, 2),
    bigEndian(60, 4),
    bigEndian(length, 2),
    data,
  ]);
}

type Row = readonly [name: string, bytes: Uint8Array];

const named = (rows: readonly Row[]): readonly FuzzCase[] =>
  rows.map(([name, bytes]) => ({ name, bytes: Uint8Array.from(bytes) }));

/** Answers to a device that asked for the address of a host. The id is what the device's own is altered by: 0 is right. */
export function dnsCases(host: string): readonly FuzzCase[] {
  const question = encodeDnsQuestion({ name: dnsName(host), type: DNS_TYPE.a, class: DNS_CLASS_IN });
  const a = (address: readonly number[]): DnsRecord => ({
    name: dnsName(host),
    type: DNS_TYPE.a,
    class: DNS_CLASS_IN,
    ttl: 60,
    data: Uint8Array.from(address),
  });
  const reply = (flags: number, answers: number, ...rest: readonly Uint8Array[]) =>
    Buffer.concat([header(flags, 1, answers, 0, 0), question, ...rest]);
  const answered = (...records: readonly Uint8Array[]) => reply(ANSWER, records.length, ...records);
  const alias = (from: Uint8Array, to: Uint8Array) => record(from, DNS_TYPE.cname, to);
  const sound = answered(encodeDnsRecord(a([127, 0, 0, 1])));
  const here = HEADER + question.length;
  const pointer = (to: number) => Uint8Array.of(0xc0 | (to >> 8), to & 0xff);
  return [
    ...truncations('answer', sound).slice(1),
    ...named([
      ['another id', Buffer.concat([bigEndian(0xffff, 2), sound.subarray(2)])],
      [
        'another question',
        Buffer.concat([
          header(ANSWER, 1, 1, 0, 0),
          encodeDnsQuestion({ name: dnsName('other.bench'), type: 1, class: 1 }),
          encodeDnsRecord(a([10, 0, 0, 1])),
        ]),
      ],
      ['no question', Buffer.concat([header(ANSWER, 0, 1, 0, 0), encodeDnsRecord(a([127, 0, 0, 1]))])],
      ['no answer', answered()],
      ['truncated flag', reply(ANSWER | DNS_FLAG.truncated, 0)],
      ['no such name', reply(ANSWER | 3, 0)],
      ['server failure', reply(ANSWER | 2, 0)],
      ['a question in the place of an answer', reply(DNS_FLAG.desired, 0)],
      ['65535 answers announced', reply(ANSWER, 0xffff, encodeDnsRecord(a([127, 0, 0, 1])))],
      ['65535 questions announced', Buffer.concat([header(ANSWER, 0xffff, 0, 0, 0), question])],
      ['a pointer to itself', answered(record(pointer(here), DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1)))],
      [
        'two pointers to each other',
        answered(
          record(pointer(here + 2), DNS_TYPE.a, pointer(here)),
          record(pointer(here), DNS_TYPE.a, pointer(here)),
        ),
      ],
      [
        'a label that leads back to itself',
        answered(
          record(
            Buffer.concat([Uint8Array.of(1, 0x61), pointer(here)]),
            DNS_TYPE.a,
            Uint8Array.of(127, 0, 0, 1),
          ),
        ),
      ],
      ['a pointer ahead', answered(record(pointer(here + 40), DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1)))],
      ['a pointer past the end', answered(record(pointer(0x3fff), DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1)))],
      ['a pointer of one byte', Buffer.concat([header(ANSWER, 1, 1, 0, 0), question, Uint8Array.of(0xc0)])],
      [
        'a label of 63 bytes past the end',
        Buffer.concat([header(ANSWER, 1, 1, 0, 0), question, Uint8Array.of(63, 0x61)]),
      ],
      [
        'a label of type 01',
        answered(record(Uint8Array.of(0x40, 0x61), DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1))),
      ],
      [
        'a label of type 10',
        answered(record(Uint8Array.of(0xbf, 0x61), DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1))),
      ],
      [
        'a name of 400 bytes',
        answered(
          record(
            encodeDnsName(dnsName(Array.from({ length: 100 }, () => 'abc').join('.'))),
            DNS_TYPE.a,
            Uint8Array.of(127, 0, 0, 1),
          ),
        ),
      ],
      [
        'a label with NUL',
        answered(record(Uint8Array.of(3, 0x61, 0, 0x62, 0), DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1))),
      ],
      ['an alias of itself', answered(alias(FIRST_NAME, FIRST_NAME))],
      [
        'aliases in a circle',
        answered(
          alias(FIRST_NAME, encodeDnsName(dnsName('b'))),
          alias(encodeDnsName(dnsName('b')), FIRST_NAME),
        ),
      ],
      ...[0, 1, 3, 5].map((length): Row => [
        `an address of ${length} bytes`,
        answered(record(FIRST_NAME, DNS_TYPE.a, new Uint8Array(length))),
      ]),
      [
        'an address whose RDLENGTH lies',
        answered(record(FIRST_NAME, DNS_TYPE.a, Uint8Array.of(127, 0, 0, 1), 0xffff)),
      ],
      ['an address of the other family', answered(record(FIRST_NAME, DNS_TYPE.aaaa, new Uint8Array(16)))],
      ['the address 0.0.0.0', answered(encodeDnsRecord(a([0, 0, 0, 0])))],
      ['the address 255.255.255.255', answered(encodeDnsRecord(a([255, 255, 255, 255])))],
      ['rubbish behind', Buffer.concat([sound, new Uint8Array(64)])],
      ['a header alone', header(ANSWER, 0, 0, 0, 0)],
      ['nothing but zeros', new Uint8Array(64)],
    ]),
  ];
}

/** Multicast messages to a device that has a name of its own and looks for services (RFC 6762). */
export function mdnsCases(name: string): readonly FuzzCase[] {
  const own = encodeDnsName(dnsName(name));
  const authoritative = DNS_FLAG.response | DNS_FLAG.authoritative;
  const said = (...records: readonly Uint8Array[]) =>
    Buffer.concat([header(authoritative, 0, records.length, 0, 0), ...records]);
  const asked = (count: number, ...rest: readonly Uint8Array[]) =>
    Buffer.concat([header(0, count, 0, 0, 0), ...rest]);
  const type = (value: number) => Buffer.concat([bigEndian(value, 2), bigEndian(DNS_CLASS_IN, 2)]);
  const service = encodeDnsName(dnsName('_assay._udp.local'));
  const sound = encodeDns({
    id: 0,
    flags: 0,
    questions: [{ name: dnsName(name), type: DNS_TYPE.a, class: DNS_CLASS_IN }],
    answers: [],
    authorities: [],
    additionals: [],
  });
  return [
    ...truncations('question', sound).slice(1),
    ...named([
      ['a question whose name points to itself', asked(1, Uint8Array.of(0xc0, 0x0c), type(1))],
      ['a question whose name ends in a pointer of one byte', asked(1, Uint8Array.of(1, 0x61, 0xc0))],
      ['a question with a label past the end', asked(1, Uint8Array.of(63, 0x61))],
      ['1000 questions announced', asked(1000, own, type(1))],
      ['an address of 0 bytes', said(record(own, DNS_TYPE.a, new Uint8Array()))],
      ['an address of 3 bytes', said(record(own, DNS_TYPE.a, new Uint8Array(3)))],
      ['an IPv6 address of 15 bytes', said(record(own, DNS_TYPE.aaaa, new Uint8Array(15)))],
      ['an address past the end', said(record(own, DNS_TYPE.a, Uint8Array.of(10, 0, 0, 1), 0x7fff))],
      ['SRV of 5 bytes', said(record(service, DNS_TYPE.srv, new Uint8Array(5)))],
      [
        'SRV whose target is past its end',
        said(record(service, DNS_TYPE.srv, Uint8Array.of(0, 0, 0, 0, 0, 80, 40, 0x61))),
      ],
      ['PTR past its end', said(record(service, DNS_TYPE.ptr, Uint8Array.of(20, 0x61)))],
      [
        'PTR that points to itself',
        said(record(service, DNS_TYPE.ptr, Uint8Array.of(0xc0, 0x0c + service.length + 10))),
      ],
      [
        'NSEC with a bitmap past its end',
        said(record(own, DNS_TYPE.nsec, Buffer.concat([own, Uint8Array.of(0, 0xff)]))),
      ],
      ['TXT whose text is past its end', said(record(service, DNS_TYPE.txt, Uint8Array.of(200, 0x61)))],
      [
        'TXT of 255 bytes',
        said(record(service, DNS_TYPE.txt, Buffer.concat([Uint8Array.of(255), Buffer.alloc(255, 0x61)]))),
      ],
      ['TXT without =', said(record(service, DNS_TYPE.txt, Uint8Array.of(3, 0x61, 0x62, 0x63)))],
      ['TXT of a thousand empty texts', said(record(service, DNS_TYPE.txt, new Uint8Array(1000)))],
      ['somebody claims the name', said(record(own, DNS_TYPE.a, Uint8Array.of(10, 9, 8, 7)))],
      [
        'somebody says goodbye for it',
        Buffer.concat([
          header(authoritative, 0, 1, 0, 0),
          own,
          type(1),
          new Uint8Array(4),
          Uint8Array.of(0, 4, 10, 9, 8, 7),
        ]),
      ],
      [
        '500 answers to a question never asked',
        said(...Array.from({ length: 500 }, () => record(service, DNS_TYPE.ptr, own))),
      ],
    ]),
  ];
}

/** Random damage to a sound question and a sound answer; a function of the seed and the case's number. */
export function mdnsHavoc(seed: number, name: string, count: number): readonly FuzzCase[] {
  const [question] = [
    encodeDns({
      id: 0,
      flags: 0,
      questions: [{ name: dnsName(name), type: DNS_TYPE.a, class: DNS_CLASS_IN }],
      answers: [],
      authorities: [],
      additionals: [],
    }),
  ];
  return Array.from({ length: count }, (_, number) =>
    havoc('question', question, rng(seed, `mdns havoc ${number}`)),
  );
}
