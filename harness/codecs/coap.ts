import { concatBytes } from '@noble/hashes/utils.js';
import type { PeerError } from '#core/errors.ts';
import { readOrError } from '#codecs/flat-json.ts';
import { bigEndian, WireReader } from '#codecs/wire-reader.ts';

/** Message types of CoAP (RFC 7252, 3). */
export const COAP_TYPE = { confirmable: 0, nonConfirmable: 1, acknowledgement: 2, reset: 3 } as const;

/** Option numbers that a small server knows (RFC 7252, 5.10; RFC 7959; RFC 7641). */
export const COAP_OPTION = {
  observe: 6,
  uriPath: 11,
  contentFormat: 12,
  uriQuery: 15,
  block2: 23,
  block1: 27,
} as const;

/** One option; `number` is absolute, on the wire it is the distance from the one before. */
export interface CoapOption {
  readonly number: number;
  readonly value: Uint8Array;
}

/** A CoAP message (RFC 7252). */
export interface CoapMessage {
  readonly type: number;
  /** Class in the upper three bits, detail below: 0.01 is 1, 2.05 is 69. */
  readonly code: number;
  readonly id: number;
  /** At most 8 bytes. */
  readonly token: Uint8Array;
  /** In ascending order of numbers. */
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

const VERSION = 1;
const MARKER = 0xff;
const LARGEST_OPTION = 0xffff;

/** Reads one message; PeerError codes `coap-*` say what does not fit. */
export function decodeCoap(bytes: Uint8Array): CoapMessage | PeerError {
  return readOrError(() => {
    const reader = new WireReader('coap', bytes);
    const first = reader.u8('header');
    if (first >> 6 !== VERSION) throw reader.error('version', 'version', '1', String(first >> 6));
    const length = first & 15;
    const code = reader.u8('code');
    const id = reader.u16('message id');
    if (length > 8) throw reader.error('token-length', 'token length', 'at most 8', String(length));
    const token = reader.take(length, 'token');
    const options = optionsOf(reader);
    const payload = reader.take(reader.left, 'payload');
    return { type: (first >> 4) & 3, code, id, token, options, payload };
  });
}

function optionsOf(reader: WireReader): CoapOption[] {
  const options: CoapOption[] = [];
  let number = 0;
  while (reader.left > 0) {
    const head = reader.u8('option');
    if (head === MARKER) {
      if (reader.left === 0)
        throw reader.error('empty-payload', 'nothing behind the payload marker', 'a payload', 'the end');
      break;
    }
    number += extended(reader, head >> 4, 'delta');
    if (number > LARGEST_OPTION)
      throw reader.error('option-number', 'option number', 'at most 65535', String(number));
    const length = extended(reader, head & 15, 'length');
    options.push({ number, value: reader.take(length, 'option value') });
  }
  return options;
}

function extended(reader: WireReader, nibble: number, what: string): number {
  if (nibble < 13) return nibble;
  if (nibble === 13) return 13 + reader.u8(`option ${what}`);
  if (nibble === 14) return 269 + reader.u16(`option ${what}`);
  throw reader.error(`option-${what}`, `option ${what}`, 'at most 14', '15');
}

/** The message as bytes. */
export function encodeCoap({ type, code, id, token, options, payload }: CoapMessage): Uint8Array {
  let before = 0;
  const written = options.map(({ number, value }) => {
    const option = coapOption(number - before, value);
    before = number;
    return option;
  });
  return concatBytes(
    Uint8Array.of((VERSION << 6) | (type << 4) | token.length, code),
    bigEndian(id, 2),
    token,
    ...written,
    ...(payload.length === 0 ? [] : [Uint8Array.of(MARKER), payload]),
  );
}

/** One option as bytes, `delta` behind the one before. */
export function coapOption(delta: number, value: Uint8Array): Uint8Array {
  const [high, more] = nibbleOf(delta);
  const [low, rest] = nibbleOf(value.length);
  return concatBytes(Uint8Array.of((high << 4) | low), more, rest, value);
}

function nibbleOf(value: number): readonly [number, Uint8Array] {
  if (value < 13) return [value, new Uint8Array()];
  return value < 269 ? [13, bigEndian(value - 13, 1)] : [14, bigEndian(value - 269, 2)];
}
