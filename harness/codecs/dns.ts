import { concatBytes } from '@noble/hashes/utils.js';
import type { PeerError } from '#core/errors.ts';
import { encodeDnsName, readDnsName, type DnsName } from '#codecs/dns-name.ts';
import { readOrError } from '#codecs/flat-json.ts';
import { bigEndian, WireReader } from '#codecs/wire-reader.ts';

/** Types of records that boards ask for (RFC 1035, 3596, 2782). */
export const DNS_TYPE = { a: 1, cname: 5, ptr: 12, txt: 16, aaaa: 28, srv: 33, nsec: 47, any: 255 } as const;

/** Flags of a header: answer, authoritative, recursion desired and available. */
export const DNS_FLAG = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  desired: 0x0100,
  available: 0x0080,
} as const;

export const DNS_CLASS_IN = 1;

export interface DnsQuestion {
  readonly name: DnsName;
  readonly type: number;
  /** In mDNS the highest bit asks for an answer by unicast. */
  readonly class: number;
}

export interface DnsRecord extends DnsQuestion {
  /** Seconds. */
  readonly ttl: number;
  /** As on the wire; names in it may be compressed. */
  readonly data: Uint8Array;
}

/** A message of DNS (RFC 1035) or mDNS (RFC 6762). */
export interface DnsMessage {
  readonly id: number;
  readonly flags: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** Reads one message; PeerError codes `dns-*` say what does not fit. */
export function decodeDns(bytes: Uint8Array): DnsMessage | PeerError {
  return readOrError(() => {
    const reader = new WireReader('dns', bytes);
    const [id, flags] = [reader.u16('id'), reader.u16('flags')];
    const counts = ['questions', 'answers', 'authorities', 'additionals'].map((what) => reader.u16(what));
    const many = <T>(count: number | undefined, one: () => T): T[] => Array.from({ length: count ?? 0 }, one);
    // Each takes bytes, so that lying counts end at the end of the message.
    const questions = many(Math.min(counts[0] ?? 0, bytes.length), () => question(bytes, reader));
    const [answers = [], authorities = [], additionals = []] = counts
      .slice(1)
      .map((count) => many(Math.min(count, bytes.length), () => record(bytes, reader)));
    if (reader.left > 0)
      throw reader.error('trailing', 'bytes behind the last record', '0', String(reader.left));
    return { id, flags, questions, answers, authorities, additionals };
  });
}

function question(bytes: Uint8Array, reader: WireReader): DnsQuestion {
  const name = readDnsName('dns', bytes, reader);
  return { name, type: reader.u16('type'), class: reader.u16('class') };
}

function record(bytes: Uint8Array, reader: WireReader): DnsRecord {
  const { name, type, class: kind } = question(bytes, reader);
  const ttl = reader.u32('TTL');
  const length = reader.u16('RDLENGTH');
  if (length > reader.left)
    throw reader.error('rdlength', 'RDLENGTH', `at most ${reader.left}`, String(length));
  return { name, type, class: kind, ttl, data: reader.take(length, 'RDATA') };
}

/** The message as bytes, without compression. */
export function encodeDns(message: DnsMessage): Uint8Array {
  const { id, flags, questions, answers, authorities, additionals } = message;
  return concatBytes(
    ...[id, flags, questions.length, answers.length, authorities.length, additionals.length].map((value) =>
      bigEndian(value, 2),
    ),
    ...questions.map(encodeDnsQuestion),
    ...[...answers, ...authorities, ...additionals].map(encodeDnsRecord),
  );
}

/** One question as bytes. */
export function encodeDnsQuestion({ name, type, class: kind }: DnsQuestion): Uint8Array {
  return concatBytes(encodeDnsName(name), bigEndian(type, 2), bigEndian(kind, 2));
}

/** One record as bytes. */
export function encodeDnsRecord(one: DnsRecord): Uint8Array {
  return concatBytes(encodeDnsQuestion(one), bigEndian(one.ttl, 4), bigEndian(one.data.length, 2), one.data);
}
