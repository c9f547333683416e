import { concatBytes } from '@noble/hashes/utils.js';
import { WireReader } from '#codecs/wire-reader.ts';

/** Longest name on the wire (RFC 1035, 2.3.4), and pointers followed in one. */
const LONGEST = 255;
const MOST_POINTERS = 16;

/** A name as the bytes of its labels: a label may hold anything. */
export type DnsName = readonly Uint8Array[];

/** `update.bench` as a name. */
export function dnsName(text: string): DnsName {
  return text === '' ? [] : text.split('.').map((label) => Uint8Array.from(Buffer.from(label, 'latin1')));
}

/** A name for a person, and for comparing: case does not count in DNS. */
export function dnsText(name: DnsName): string {
  return name.map((label) => Buffer.from(label).toString('latin1').toLowerCase()).join('.');
}

/** The name as bytes, without compression. */
export function encodeDnsName(name: DnsName): Uint8Array {
  return concatBytes(...name.flatMap((label) => [Uint8Array.of(label.length), label]), Uint8Array.of(0));
}

/**
 * Reads a name where the reader stands. A pointer must lead to an earlier place than any before it, so that no chain of
 * them is endless. Throws PeerError: `pointer`, `label`, `name-length`.
 */
export function readDnsName(protocol: string, message: Uint8Array, reader: WireReader): DnsName {
  const labels: Uint8Array[] = [];
  let [walker, lowest, length, pointers] = [reader, reader.at, 1, 0];
  for (let size = walker.u8('name'); size !== 0; size = walker.u8('name')) {
    if (size >= 0xc0) {
      const target = (size & 0x3f) * 256 + walker.u8('pointer');
      pointers += 1;
      if (target >= lowest || pointers > MOST_POINTERS) {
        throw reader.error(
          'pointer',
          'compression pointer',
          `below ${lowest}, at most ${MOST_POINTERS}`,
          String(target),
        );
      }
      lowest = target;
      walker = new WireReader(protocol, message, target);
      continue;
    }
    if (size > 63) throw reader.error('label', 'type of label', '0 to 63 bytes, or a pointer', String(size));
    labels.push(walker.take(size, 'label'));
    length += 1 + size;
    if (length > LONGEST)
      throw reader.error('name-length', 'length of name', `at most ${LONGEST}`, String(length));
  }
  return labels;
}
