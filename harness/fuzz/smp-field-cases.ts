import type { CborValue } from '#codecs/cbor.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { encodeSmpSerial } from '#codecs/smp-serial.ts';
import { rng } from '#fuzz/rng.ts';
import { BOOTLOADER, ECHO, imageStart, INFO, smpRequest, STATE_WRITE, UPLOAD } from '#fuzz/smp-messages.ts';

type Members = readonly (readonly [string, CborValue])[];

function framed(name: string, packet: Uint8Array): FuzzCase {
  return { name, bytes: encodeSmpSerial(packet) };
}

const WRONG_TYPES: readonly (readonly [string, CborValue])[] = [
  ['a number', 7],
  ['a negative number', -7],
  ['2^63', 2n ** 63n],
  ['bytes', new Uint8Array(8)],
  ['a text', 'text'],
  ['null', null],
  ['true', true],
  ['a list', [1, 2]],
  ['a map', new Map([['a', 1]])],
];

/** Sizes around the buffers of servers, and values of the wrong type, for the commands of the OS group. */
export function smpTextFields(): readonly FuzzCase[] {
  const sizes = [0, 1, 16, 31, 32, 63, 64, 127, 128, 129, 192, 255, 256, 257, 384, 511, 512, 700, 900, 980];
  const echoes = sizes.map((size) =>
    framed(`echo of ${size} characters`, smpRequest(ECHO, [['d', 'A'.repeat(size)]])),
  );
  const formats = ['%n%s%p', '\0', 'svrnbmpio'.repeat(40), 'a'.repeat(200), 'z', '\u{1f600}'];
  const oddities = formats.flatMap((text) => [
    framed(`echo of ${JSON.stringify(text.slice(0, 12))}`, smpRequest(ECHO, [['d', text]])),
    framed(`info of ${JSON.stringify(text.slice(0, 12))}`, smpRequest(INFO, [['format', text]])),
    framed(
      `boot loader query ${JSON.stringify(text.slice(0, 12))}`,
      smpRequest(BOOTLOADER, [['query', text]]),
    ),
  ]);
  const types = WRONG_TYPES.map(([what, value]) =>
    framed(`echo of ${what}`, smpRequest(ECHO, [['d', value]])),
  );
  return [...echoes, ...oddities, ...types];
}

const FIRST: Members = [
  ['len', 4096],
  ['sha', new Uint8Array(32).fill(0x33)],
  ['off', 0],
  ['data', imageStart(64)],
];

function changed(name: string, change: Members): FuzzCase {
  const members = new Map([...FIRST, ...change]);
  return framed(`upload: ${name}`, smpRequest(UPLOAD, [...members]));
}

/** Offsets, lengths and hashes of an image upload that contradict each other, the slot, or the session. */
export function smpUploadFields(seed: number): readonly FuzzCase[] {
  const stream = rng(seed, 'smp upload fields');
  const offsets = [
    1, 31, 32, 33, 63, 65, 4095, 4096, 0x7_5fff, 0x7_6000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff,
  ];
  const random = Array.from({ length: 8 }, () => stream.u32());
  const lengths = [0, 1, 31, 32, 0x7_6000, 0x7_6001, 0x7fff_ffff, 0xffff_ffff];
  return [
    ...lengths.map((len) => changed(`${len} bytes announced`, [['len', len]])),
    ...[0, 1, 31, 33, 64, 200].map((size) =>
      changed(`first chunk of ${size} bytes`, [['data', imageStart(size)]]),
    ),
    ...[0, 1, 31, 33, 64].map((size) => changed(`hash of ${size} bytes`, [['sha', new Uint8Array(size)]])),
    ...[1, 3, 0x7fff_ffff, 0xffff_ffff].map((image) => changed(`image number ${image}`, [['image', image]])),
    changed('a length beyond 32 bits', [['len', 2n ** 33n]]),
    changed('an offset beyond 32 bits', [['off', 2n ** 33n]]),
    ...WRONG_TYPES.flatMap(([what, value]) =>
      ['len', 'off', 'data', 'sha'].map((key) => changed(`${key} is ${what}`, [[key, value]])),
    ),
    ...[...offsets, ...random].flatMap((off) => [
      changed('a session begins', []),
      framed(
        `upload: chunk at offset ${off}`,
        smpRequest(UPLOAD, [
          ['off', off],
          ['data', new Uint8Array(32).fill(0x44)],
        ]),
      ),
    ]),
  ];
}

/** Hashes of wrong length or type in a request to test or confirm; none asks to confirm what runs. */
export function smpStateFields(): readonly FuzzCase[] {
  const state = (name: string, members: Members) =>
    framed(`image state: ${name}`, smpRequest(STATE_WRITE, members));
  return [
    ...[0, 1, 16, 31, 33, 48, 64, 300].map((size) =>
      state(`hash of ${size} bytes`, [
        ['hash', new Uint8Array(size).fill(0x55)],
        ['confirm', false],
      ]),
    ),
    ...WRONG_TYPES.flatMap(([what, value]) => [
      state(`hash is ${what}`, [['hash', value]]),
      state(`confirm is ${what}`, [
        ['hash', new Uint8Array(32)],
        ['confirm', value],
      ]),
    ]),
  ];
}
