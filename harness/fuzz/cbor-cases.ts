import type { FuzzCase } from '#core/verbs.ts';

/** Nesting at which decoders with a limit, with a small stack, and with recursion alone give up. */
const DEPTHS = [1, 2, 4, 8, 9, 15, 16, 17, 24, 25, 32, 64, 128, 400, 900] as const;

const MAP_1 = 0xa1;
const MAP_OPEN = 0xbf;
const ARRAY_1 = 0x81;
const ARRAY_OPEN = 0x9f;
const BREAK = 0xff;

function hex(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** A map whose one, unknown key `x` holds containers inside each other. */
function nested(
  depth: number,
  open: readonly number[],
  inner: readonly number[],
  close: readonly number[],
): Uint8Array {
  const levels = Array.from({ length: depth }, () => open).flat();
  const ends = Array.from({ length: depth }, () => close).flat();
  return Uint8Array.from([MAP_1, 0x61, 0x78, ...levels, ...inner, ...ends]);
}

/** Maps nested to every depth of interest, in the ways CBOR can nest, closed and never closed. */
export function nestedCbor(limit: number): readonly FuzzCase[] {
  const kinds: readonly (readonly [string, (depth: number) => Uint8Array])[] = [
    ['arrays', (depth) => nested(depth, [ARRAY_1], [0], [])],
    ['maps', (depth) => nested(depth, [MAP_1, 0x61, 0x78], [0], [])],
    ['open arrays', (depth) => nested(depth, [ARRAY_OPEN], [0], [BREAK])],
    ['open maps', (depth) => nested(depth, [MAP_OPEN, 0x61, 0x78], [0], [BREAK])],
    ['arrays that never end', (depth) => nested(depth, [ARRAY_OPEN], [], [])],
    ['tags', (depth) => nested(depth, [0xc1], [0], [])],
  ];
  return kinds.flatMap(([kind, make]) =>
    DEPTHS.map((depth) => ({ name: `${depth} ${kind} inside each other`, bytes: make(depth) })).filter(
      ({ bytes }) => bytes.length <= limit,
    ),
  );
}

/** A member whose 100 characters make the message longer than any answer to valid input. */
const PAD = `63 70 61 64 78 64 ${'61 '.repeat(100)}`;

const MALFORMED: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no map but an array', '82 01 02'],
  ['no map but a number', '18 2a'],
  ['no map but a break', 'ff'],
  ['a map that announces more members than it has', 'a4 61 64 62 68 69'],
  ['a map that announces fewer members than it has', 'a0 61 64 62 68 69'],
  ['a map of 2^32-1 members', 'ba ff ff ff ff 61 64 62 68 69'],
  ['a map of 2^64-1 members', 'bb ff ff ff ff ff ff ff ff 61 64 60'],
  ['an open map that never ends', 'bf 61 64 62 68 69'],
  ['an open map with a break for a value', 'bf 61 64 ff'],
  ['a key that is a number', 'a1 01 02'],
  ['a key that is a byte string', 'a1 41 64 62 68 69'],
  ['a key that is a map', 'a1 a0 00'],
  ['the same key twice', 'a2 61 64 62 68 69 61 64 62 68 6f'],
  ['a text longer than the message', 'a1 61 64 78 ff 61'],
  ['a text of 2^16-1 bytes', 'a1 61 64 79 ff ff 61'],
  ['a text of 2^32-1 bytes', 'a1 61 64 7a ff ff ff ff 61'],
  ['a text of 2^63 bytes', 'a1 61 64 7b 80 00 00 00 00 00 00 00 61'],
  ['a text of 2^64-1 bytes', 'a1 61 64 7b ff ff ff ff ff ff ff ff 61'],
  ['a text in pieces', 'a1 61 64 7f 61 68 61 69 ff'],
  ['a text in pieces that never ends', 'a1 61 64 7f 61 68'],
  ['bytes in pieces, one of them a text', 'a1 61 64 5f 41 68 61 69 ff'],
  ['a text that is not UTF-8', 'a1 61 64 62 c3 28'],
  ['a text with a NUL', 'a1 61 64 63 61 00 62'],
  ['a number where a text belongs', 'a1 61 64 18 2a'],
  ['a negative number where a text belongs', 'a1 61 64 3b ff ff ff ff ff ff ff ff'],
  ['a half float', 'a1 61 64 f9 7e 00'],
  ['a double that is not a number', 'a1 61 64 fb 7f f8 00 00 00 00 00 00'],
  ['undefined', 'a1 61 64 f7'],
  ['a reserved simple value', 'a1 61 64 f8 18'],
  ['reserved additional information', 'a1 61 64 1c'],
  ['an open number', 'a1 61 64 1f'],
  ['a big number as a tag', 'a1 61 64 c2 49 01 00 00 00 00 00 00 00 00'],
  ['rubbish behind the map', 'a1 61 64 62 68 69 de ad be ef'],
  ['an array of 2^32-1 members', 'a1 61 64 9a ff ff ff ff'],
  ['a long text in an open map that never ends', `bf ${PAD}`],
  ['a long text, then a key that is a number', `a2 ${PAD} 01 02`],
  ['a long text, then the same key again', `a2 ${PAD} ${PAD}`],
];

/** Maps that no sound encoder makes; where a known key is needed it is `d`, as in an echo request. */
export function malformedCbor(): readonly FuzzCase[] {
  return MALFORMED.map(([name, text]) => ({ name, bytes: hex(text) }));
}
