import type { Json } from '#core/canonical.ts';
import type { Answer, Command } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { wrapped } from '../wrap.ts';
import { compare, differingRanges, type Comparison, type FieldChange, type Range } from './compare.ts';
import { hex } from './description.ts';
import { describe } from './formats.ts';
import { LARGEST_IMAGE, readBytes, shownName } from './read-file.ts';
import { pairs, wordsOf } from './show.ts';
import { SLOT_OPTION, type SlotLayout, slotLayout } from './slot-layout.ts';

/** Ranges told one by one. */
const MOST_SHOWN = 12;
/** Ranges in a document for scripts. */
const MOST_KEPT = 1000;

interface Side {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Differences; bytes of which no part holds a trace are told by their place in the file. */
function explained(left: Side, right: Side, layout: SlotLayout | undefined): Comparison {
  const found = compare(describe(left.bytes, layout), describe(right.bytes, layout));
  if (found.fields.length > 0 || found.ranges.length > 0) return found;
  return { fields: [], ranges: differingRanges('file', left.bytes, right.bytes) };
}

function changeLines(change: FieldChange, terminal: Terminal): readonly string[] {
  const rows = [
    ['-', change.left?.text ?? '(not there)'],
    ['+', change.right?.text ?? '(not there)'],
  ] as const;
  return [
    ...wrapped(wordsOf(change.field), terminal.width - 2).map((line) => `  ${line}`),
    ...pairs(rows, 4, terminal),
  ];
}

function rangeLine({ from, to }: Range): string {
  return `  ${hex(from)} to ${hex(to)} (${to - from} ${to - from === 1 ? 'byte' : 'bytes'})`;
}

function partLines(title: string, lines: readonly string[], terminal: Terminal): readonly string[] {
  const heading = wrapped(title, terminal.width).map((line) => terminal.paint('bold', line));
  return lines.length === 0 ? [] : [''].concat(heading, lines);
}

/** What differs, part by part in the order of the files. */
function differences({ fields, ranges }: Comparison, terminal: Terminal): readonly string[] {
  const shown = ranges.slice(0, MOST_SHOWN);
  const parts = [...new Set([...fields, ...shown].map(({ part }) => part))];
  return parts.flatMap((part) => {
    const changes = fields.filter((change) => change.part === part);
    const places = shown.filter((range) => range.part === part);
    const told = changes.flatMap((change) => changeLines(change, terminal));
    return partLines(part, told, terminal).concat(
      partLines(`bytes of ${part}`, places.map(rangeLine), terminal),
    );
  });
}

function text(left: Side, right: Side, found: Comparison, terminal: Terminal): string {
  const more = found.ranges.length - MOST_SHOWN;
  return [
    ...wrapped(`${left.name} and ${right.name} differ`, terminal.width),
    ...differences(found, terminal),
    ...(more > 0 ? [`  and ${more} more ranges`] : []),
  ].join('\n');
}

function json(left: Side, right: Side, same: boolean, { fields, ranges }: Comparison): Json {
  return {
    left: left.name,
    right: right.name,
    same,
    fields: fields.map(({ part, field, left: before, right: after }) => ({
      part,
      field,
      left: before?.value ?? null,
      right: after?.value ?? null,
    })),
    ranges: ranges.slice(0, MOST_KEPT).map(({ part, from, to }) => ({ part, from, to })),
    rangesLeftOff: Math.max(0, ranges.length - MOST_KEPT),
  };
}

function answer(left: Side, right: Side, layout: SlotLayout | undefined, terminal: Terminal): Answer {
  const same = Buffer.compare(left.bytes, right.bytes) === 0;
  const found = explained(left, right, layout);
  return {
    exitCode: same ? 0 : 1,
    json: json(left, right, same, found),
    text: same ? `${left.name} and ${right.name} are the same` : text(left, right, found, terminal),
  };
}

/** `assay image diff`: two images field by field. */
export const diff: Command = {
  summary: 'explain how two images differ, field by field',
  usage: '<file> <other> [--slot AT+SIZE]',
  positionals: [{ name: 'file' }, { name: 'other' }],
  options: SLOT_OPTION,
  exitCodes: '0 the same, 1 different, 64 wrong usage or an unknown format',
  examples: [
    ['assay image diff app.signed.bin other.signed.bin', 'versions, counters, keys, and ranges of code'],
    ['assay image diff before.bin after.bin --json', 'two flash dumps, for a script'],
  ],
  run({ values, positionals: [path = '', other = ''], terminal }) {
    const side = (one: string) => ({ name: shownName(one), bytes: readBytes(one, LARGEST_IMAGE) });
    return Promise.resolve(answer(side(path), side(other), slotLayout(values), terminal));
  },
};
