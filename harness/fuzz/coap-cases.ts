import type { FuzzCase } from '#core/verbs.ts';
import { COAP_OPTION, COAP_TYPE, coapOption, encodeCoap, type CoapMessage } from '#codecs/coap.ts';
import { bigEndian } from '#codecs/wire-reader.ts';
import { havoc, truncations } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

const GET = 1;
const PUT = 3;
const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'));

/** What a client sends to read the state of a device. */
const SOUND: CoapMessage = {
  type: COAP_TYPE.confirmable,
  code: GET,
  id: 0x7d34,
  token: text('tok'),
  options: [{ number: COAP_OPTION.uriPath, value: text('status') }],
  payload: new Uint8Array(),
};

/** Header of a confirmable GET with this token length, and then anything. */
function raw(tokenLength: number, ...rest: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x40 | tokenLength, GET, 0x12, 0x34), ...rest]);
}

const block = (number: number, more: boolean, size: number): Uint8Array =>
  bigEndian((number << 4) | (more ? 8 : 0) | size, 4).slice(1);

function blocks(name: string, option: number, value: Uint8Array): FuzzCase {
  const options = [...SOUND.options, { number: option, value }];
  return { name, bytes: encodeCoap({ ...SOUND, code: PUT, options, payload: text('x'.repeat(16)) }) };
}

/** Requests to a CoAP server whose lengths, options and blocks do not fit (RFC 7252, 3; RFC 7959). */
export function coapCases(): readonly FuzzCase[] {
  const path = coapOption(COAP_OPTION.uriPath, text('status'));
  const sound = encodeCoap(SOUND);
  const row = (name: string, bytes: Uint8Array): FuzzCase => ({ name, bytes: Uint8Array.from(bytes) });
  return [
    ...truncations('GET', sound).slice(1),
    ...[9, 10, 11, 12, 13, 14, 15].map((length) =>
      row(`token length ${length}`, raw(length, text('t'.repeat(length)), path)),
    ),
    row('token length 8 and no token', raw(8)),
    row('option delta 15', raw(0, Uint8Array.of(0xf0))),
    row('option length 15', raw(0, Uint8Array.of(0xbf), text('status'))),
    row('option delta 15 and length 15 that is no marker', raw(0, Uint8Array.of(0xf1, 0x00))),
    row('option delta of one byte that is missing', raw(0, Uint8Array.of(0xd0))),
    row('option delta of two bytes, one missing', raw(0, Uint8Array.of(0xe0, 0x00))),
    row('option delta FFFF', raw(0, Uint8Array.of(0xe0, 0xff, 0xff))),
    row(
      'option deltas whose sum wraps at 16 bits',
      raw(0, ...Array.from({ length: 3 }, () => Uint8Array.of(0xe0, 0xff, 0xff)), path),
    ),
    row('option length past the end', raw(0, Uint8Array.of(0xbd, 0xff), text('status'))),
    row('option length FFFF past the end', raw(0, Uint8Array.of(0xbe, 0xff, 0xff), text('status'))),
    row('a path of 300 bytes', raw(0, coapOption(COAP_OPTION.uriPath, text('p'.repeat(300))))),
    row('a thousand options', raw(0, path, ...Array.from({ length: 1000 }, () => Uint8Array.of(0x01, 0x61)))),
    row(
      'an unknown critical option',
      raw(0, path, coapOption(0x7fe - COAP_OPTION.uriPath, text('?')).slice(0)),
    ),
    row('a payload marker and nothing behind it', raw(0, path, Uint8Array.of(0xff))),
    row('two payload markers', raw(0, path, Uint8Array.of(0xff, 0xff))),
    blocks('block 1 of number 0xFFFFF', COAP_OPTION.block1, block(0xf_ffff, true, 2)),
    blocks('block 1 that starts in the middle', COAP_OPTION.block1, block(9, true, 2)),
    blocks('block 1 of size 7', COAP_OPTION.block1, block(0, true, 7)),
    blocks('block 1 of four bytes', COAP_OPTION.block1, bigEndian(0xffff_ffff, 4)),
    blocks('block 2 of number 0xFFFFF', COAP_OPTION.block2, block(0xf_ffff, false, 6)),
    blocks('block 2 of size 7', COAP_OPTION.block2, block(0, false, 7)),
    blocks('observe of eight bytes', COAP_OPTION.observe, text('observe!')),
    row('version 0', Uint8Array.of(0x00, GET, 0, 1)),
    row('version 3', Uint8Array.of(0xc0, GET, 0, 1)),
    row('a reset of an unknown message', Uint8Array.of(0x70, 0, 0x99, 0x99)),
    row('an acknowledgement of an unknown message', Uint8Array.of(0x60, 0, 0x99, 0x99)),
    row('a response that nobody asked for', Uint8Array.of(0x51, 0x45, 0, 2, 0x61)),
    row('an empty message with a token', Uint8Array.of(0x41, 0, 0, 3, 0x61)),
    row('a reserved code', Uint8Array.of(0x40, 0xff, 0, 4)),
    row('one byte', Uint8Array.of(0x40)),
  ];
}

/** Random damage to a sound request; a function of the seed and the case's number. */
export function coapHavoc(seed: number, count: number): readonly FuzzCase[] {
  return Array.from({ length: count }, (_, number) =>
    havoc('GET', encodeCoap(SOUND), rng(seed, `coap havoc ${number}`)),
  );
}
