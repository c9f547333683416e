import type { Json } from '#core/canonical.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import { wrapped } from '../wrap.ts';
import type { Defect, Description, Part } from './description.ts';
import { hex } from './description.ts';

/** Widest column of names; a longer name has its value on the next line. */
const WIDEST_NAME = 20;

/** `headerSize` as people read it: `header size`. */
export function wordsOf(name: string): string {
  return name.replaceAll(/[a-z][A-Z]/g, (pair) => `${pair[0]} ${(pair[1] ?? '').toLowerCase()}`);
}

/** Name and value side by side, the value wrapped under itself; `indent` columns to the left. */
export function pairs(
  rows: readonly (readonly [name: string, text: string])[],
  indent: number,
  terminal: Terminal,
): readonly string[] {
  const most = Math.min(WIDEST_NAME, Math.floor((terminal.width - indent) / 2));
  const names = rows.map(([name]) => columnsOf(name)).filter((size) => size <= most);
  const width = Math.max(0, ...names);
  const left = indent + width + 2;
  return rows.flatMap(([name, text]) => {
    const lines = wrapped(text, Math.max(8, terminal.width - left));
    const fits = columnsOf(name) <= width;
    const head = ' '.repeat(indent) + terminal.paint('cyan', name);
    const first = fits ? [head + ' '.repeat(width - columnsOf(name) + 2) + (lines[0] ?? '')] : [head];
    return [...first, ...lines.slice(fits ? 1 : 0).map((line) => ' '.repeat(left) + line)].map((line) =>
      line.trimEnd(),
    );
  });
}

function partLines(part: Part, depth: number, terminal: Terminal): readonly string[] {
  const indent = 2 * depth;
  const heading = `${part.name} at ${hex(part.at)}`;
  return [
    '',
    ...wrapped(heading, terminal.width - indent).map(
      (line) => ' '.repeat(indent) + terminal.paint('bold', line),
    ),
    ...pairs(
      part.fields.map(({ name, text }) => [wordsOf(name), text] as const),
      indent + 2,
      terminal,
    ),
    ...part.parts.flatMap((inner) => partLines(inner, depth + 1, terminal)),
  ];
}

function defectLines({ where, message, expected, got }: Defect, terminal: Terminal): readonly string[] {
  const line = (text: string, indent: number) =>
    wrapped(text, terminal.width - indent).map((one) => ' '.repeat(indent) + one);
  return [
    '',
    ...line(`${where}: ${message}`, 0).map((one) => terminal.paint('red', one)),
    ...(expected === null ? [] : line(`expected: ${expected}`, 2)),
    ...(got === null ? [] : line(`got:      ${got}`, 2)),
  ];
}

/** A description as people read it. */
export function descriptionText(name: string, description: Description, terminal: Terminal): string {
  const { title, parts, defects } = description;
  return [
    ...wrapped(`${name}: ${title}`, terminal.width).map((line) => terminal.paint('bold', line)),
    ...parts.flatMap((part) => partLines(part, 0, terminal)),
    ...defects.flatMap((defect) => defectLines(defect, terminal)),
  ].join('\n');
}

function partJson({ name, at, fields, parts }: Part): Json {
  return {
    name,
    at,
    fields: Object.fromEntries(fields.map((field): [string, Json] => [field.name, field.value])),
    parts: parts.map(partJson),
  };
}

function defectJson({ where, message, expected, got }: Defect): Json {
  return { where, message, expected, got };
}

/** A description as scripts get it. */
export function descriptionJson(description: Description): { readonly [key: string]: Json } {
  const { format, title, parts, defects } = description;
  return { format, title, parts: parts.map(partJson), defects: defects.map(defectJson) };
}
