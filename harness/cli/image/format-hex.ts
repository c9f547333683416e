import { flattenHex, parseIntelHex, type HexFile, type HexStart } from '#codecs/intel-hex.ts';
import type { Verdict } from './check.ts';
import { field, hex, hexField, numbered, part, shifted, type Part } from './description.ts';
import type { Format, Keys, Parts } from './format.ts';

const COLON = 0x3a;
/** As large as any flash concerned; a file whose addresses are further apart is shown segment by segment. */
const WHOLE = 16 * 1024 * 1024;

/** A hostile file has millions; nobody reads more than these. */
const MOST_SEGMENTS = 64;

type Inner = (bytes: Uint8Array) => Format | undefined;

/** The bytes as one run where there is a known image in it: a dump from 0, or an image at its address. */
function contentOf(file: HexFile, inner: Inner) {
  const [first] = file.segments;
  const dump = flattenHex(
    { ...file, segments: [{ address: 0, bytes: new Uint8Array() }, ...file.segments] },
    WHOLE,
  );
  const whole = dump === null ? undefined : inner(dump.bytes);
  if (dump !== null && whole !== undefined) return [{ address: 0, bytes: dump.bytes, format: whole }];
  if (first === undefined) return [];
  return file.segments.slice(0, MOST_SEGMENTS).flatMap(({ address, bytes }) => {
    const format = inner(bytes);
    return format === undefined ? [] : [{ address, bytes, format }];
  });
}

function startText(start: HexStart | null): string {
  if (start === null) return 'not given';
  return start.kind === 'linear'
    ? hex(start.address)
    : `${hex(16 * start.cs + start.ip)} (CS ${hex(start.cs)}, IP ${hex(start.ip)})`;
}

function described(bytes: Uint8Array, inner: Inner): Parts {
  const file = parseIntelHex(Buffer.from(bytes).toString('latin1'));
  if ('defect' in file) {
    const { defect, line, expected, got } = file;
    return {
      parts: [],
      defects: [{ where: `line ${line}`, message: `malformed: ${defect}`, expected, got }],
    };
  }
  const shown = file.segments.slice(0, MOST_SEGMENTS);
  const names = numbered(shown.map(({ address }) => `segment ${hex(address)}`));
  const segments = shown.map(({ address, bytes: data }, index) =>
    part(names[index] ?? '', address, [hexField('length', data.length)], data),
  );
  const all = part('records', 0, [
    field('segments', file.segments.length),
    field('start', file.start === null ? null : { ...file.start }, startText(file.start)),
  ]);
  const known = contentOf(file, inner).map(({ address, bytes: data, format }) => {
    const { title, parts, defects } = format.describe(data);
    const whole: Part = {
      name: title,
      at: address,
      fields: [],
      parts: parts.map((one) => shifted(one, address)),
    };
    return { whole, defects };
  });
  return {
    parts: [all, ...segments, ...known.map(({ whole }) => whole)],
    defects: known.flatMap(({ defects }) => defects),
  };
}

function verified(bytes: Uint8Array, keys: Keys, inner: Inner): Verdict {
  const file = parseIntelHex(Buffer.from(bytes).toString('latin1'));
  if ('defect' in file) {
    const detail = `line ${file.line}: ${file.defect}, expected ${file.expected}, got ${file.got}`;
    return { valid: false, checks: [{ image: '', check: 'records', result: 'fails', detail }] };
  }
  const detail = `${file.segments.length} segments`;
  const records = { image: '', check: 'records', result: 'holds', detail } as const;
  const verdicts = contentOf(file, inner).map((one) => one.format.verify(one.bytes, keys));
  const checks = verdicts.flatMap((verdict) => verdict.checks);
  return { valid: verdicts.length > 0 && verdicts.every(({ valid }) => valid), checks: [records, ...checks] };
}

/** Intel HEX around any of the other formats. */
export function intelHex(inner: Inner): Format {
  return {
    id: 'intel-hex',
    name: 'Intel HEX',
    recognises: (bytes) => bytes[0] === COLON,
    describe: (bytes) => ({ title: 'Intel HEX', ...described(bytes, inner) }),
    verify: (bytes, keys) => verified(bytes, keys, inner),
  };
}
