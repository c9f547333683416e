import { canonical, type Json } from '#core/canonical.ts';
import type { Evidence, EvidenceKind } from '#core/evidence.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';
import type { TimelineEntry } from '#core/record.ts';
import { resultText, verbText } from '#core/verb-text.ts';

/** Most entries a record's timeline shows; the record file keeps them all. */
export const MAX_ENTRIES = 200;

/** Most UTF-16 units of one entry's text; the record file keeps them all. */
export const MAX_TEXT = 400;

/** Kinds that come in thousands: of a run of one kind the ends are shown and the middle is counted. */
const BULK: ReadonlySet<EvidenceKind> = new Set(['cut', 'case', 'console', 'flash', 'bytes', 'power']);
const SHOWN_AT_EACH_END = 4;

const MANY: Readonly<Partial<Record<EvidenceKind, string>>> = {
  cut: 'power cuts',
  case: 'messages',
  console: 'console lines',
  flash: 'flash readings',
  bytes: 'stored inputs',
  power: 'power edges',
};

function brief(hex: string | undefined): string {
  return hex === undefined ? '' : ` ${hex.length > 16 ? `${hex.slice(0, 16)}…` : hex}`;
}

function startText(data: Json): string {
  const flaws = listOf(data, 'flaws').filter((flaw) => typeof flaw === 'string');
  const built = flaws.length === 0 ? '' : `, built with ${flaws.join(', ')}`;
  return `Begins on ${textOf(data, 'board') ?? 'the board'}${built}, from its golden state`;
}

function transitionText(data: Json): string {
  const to = textOf(data, 'to', 'state', 'value') ?? canonical(data);
  const from = textOf(data, 'from');
  const event = textOf(data, 'event');
  const because = event === undefined ? '' : ` on ${event}`;
  return from === undefined ? `Enters ${to}${because}` : `Goes from ${from} to ${to}${because}`;
}

function powerText(data: Json): string {
  const edge = textOf(data, 'edge', 'to', 'state', 'power', 'action');
  if (edge === undefined) return `Power: ${resultText(data)}`;
  const verified = textOf(data, 'verified');
  const operation = memberOf(data, 'operation');
  const index = numberOf(operation, 'index');
  const where =
    index === undefined ? '' : ` at flash operation ${index} (${textOf(operation, 'kind') ?? 'any'})`;
  return `Power ${edge}${where}${verified === undefined ? '' : ` (${verified})`}`;
}

function flashText(data: Json): string {
  const where = textOf(data, 'area', 'name', 'what') ?? 'Flash';
  return `${where} has digest${brief(textOf(data, 'digest', 'sha256', 'state')) || ` ${canonical(data)}`}`;
}

function bytesText(data: Json): string {
  const length = numberOf(data, 'length', 'size');
  const size = length === undefined ? '' : `, ${length} bytes`;
  return `Stores ${textOf(data, 'name', 'what') ?? 'input'}${size}${quotedDigest(data)}`;
}

function quotedDigest(data: Json): string {
  const digest = textOf(data, 'digest', 'sha256', 'file');
  return digest === undefined ? '' : `, SHA-256${brief(digest)}`;
}

function cutText(data: Json): string {
  const operation = numberOf(data, 'operation', 'index');
  const kind = textOf(data, 'kind') ?? 'operation';
  const boots = listOf(data, 'boots');
  if (operation === undefined || boots.length === 0) return `Power cut: ${resultText(data)}`;
  const settled = textOf(boots.at(-1), 'identity');
  const end = settled === undefined ? 'nothing boots' : `settles on${brief(settled)}`;
  return `Power cut ${textOf(data, 'tear') ?? 'at'} ${kind} ${operation}: ${end} after ${numberOf(data, 'settledAfter') ?? boots.length} boots`;
}

function caseText(data: Json): string {
  const index = numberOf(data, 'index', 'case');
  const name = textOf(data, 'name') ?? 'unnamed';
  const reaction = textOf(data, 'reaction', 'result');
  const alive = memberOf(data, 'alive');
  const what = textOf(data, 'what') ?? 'not alive';
  const after = typeof alive === 'boolean' ? `, ${alive ? 'alive' : what} afterwards` : '';
  return `Message${index === undefined ? '' : ` ${index}`}, ${name}: ${reaction ?? 'sent'}${after}`;
}

function controlText(data: Json): string {
  const scenario = textOf(data, 'scenario') ?? 'the control';
  return `Relies on positive control ${scenario}, which gave ${textOf(data, 'verdict') ?? 'no verdict'}`;
}

function endText(data: Json): string {
  const rule = textOf(data, 'rule');
  return `Ends: ${textOf(data, 'verdict') ?? 'no verdict'}${rule === undefined ? '' : `. ${rule}`}`;
}

const TEXTS: Readonly<Record<EvidenceKind, (data: Json) => string>> = {
  start: startText,
  transition: transitionText,
  verb: verbText,
  power: powerText,
  flash: flashText,
  bytes: bytesText,
  console: (data) => textOf(data, 'text', 'line') ?? (typeof data === 'string' ? data : canonical(data)),
  cut: cutText,
  case: caseText,
  control: controlText,
  end: endText,
};

/** Text cut to a bounded length, never inside a surrogate pair, saying how much was left out. */
export function shorten(text: string, most: number = MAX_TEXT): string {
  if (text.length <= most) return text;
  const code = text.charCodeAt(most - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length - end} more characters in the record)`;
}

function entryOf({ at, kind, data }: Evidence): TimelineEntry {
  const text = Object.hasOwn(TEXTS, kind) ? TEXTS[kind](data) : canonical(data);
  return { at, kind, text: shorten(text) };
}

function counted(left: readonly Evidence[], what: string): TimelineEntry {
  const verb = `${left.length} more ${what}, in the record`;
  return { at: left[0]?.at ?? 0, kind: 'more', text: verb };
}

function section(run: readonly Evidence[]): TimelineEntry[] {
  const kind = run[0]?.kind;
  const ends = SHOWN_AT_EACH_END;
  if (kind === undefined || !BULK.has(kind) || run.length <= 2 * ends + 1) return run.map(entryOf);
  const middle = counted(run.slice(ends, -ends), MANY[kind] ?? kind);
  return [...run.slice(0, ends).map(entryOf), middle, ...run.slice(-ends).map(entryOf)];
}

function runsOfKind(chain: readonly Evidence[]): Evidence[][] {
  const runs: Evidence[][] = [];
  for (const entry of chain) {
    const last = runs.at(-1);
    if (last?.[0]?.kind === entry.kind) last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

/** A record's evidence as sentences, at most `MAX_ENTRIES` of them: beginning, end, and a count of what is between. */
export function timelineOf(chain: readonly Evidence[]): readonly TimelineEntry[] {
  const entries = runsOfKind(chain).flatMap(section);
  if (entries.length <= MAX_ENTRIES) return entries;
  const head = Math.ceil((MAX_ENTRIES - 1) * 0.75);
  const tail = MAX_ENTRIES - 1 - head;
  const left = entries.length - head - tail;
  const gap = {
    at: entries[head]?.at ?? 0,
    kind: 'more',
    text: `${left} more entries, in the record`,
  };
  return [...entries.slice(0, head), gap, ...entries.slice(-tail)];
}
