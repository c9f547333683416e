import { sidesOf, type Sides } from '#core/cut-strip.ts';
import { evidenceText } from '#core/evidence-text.ts';
import type { Evidence, EvidenceKind } from '#core/evidence.ts';
import type { TimelineEntry } from '#core/record.ts';

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

/** Text cut to a bounded length, never inside a surrogate pair, saying how much was left out. */
export function shorten(text: string, most: number = MAX_TEXT): string {
  if (text.length <= most) return text;
  const code = text.charCodeAt(most - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length - end} more characters in the record)`;
}

function entryOf({ at, kind, data }: Evidence, sides: Sides): TimelineEntry {
  return { at, kind, text: shorten(evidenceText(kind, data, sides)) };
}

function counted(left: readonly Evidence[], what: string): TimelineEntry {
  const verb = `${left.length} more ${what}, in the record`;
  return { at: left[0]?.at ?? 0, kind: 'more', text: verb };
}

function section(run: readonly Evidence[], sides: Sides): TimelineEntry[] {
  const kind = run[0]?.kind;
  const ends = SHOWN_AT_EACH_END;
  const told = (entries: readonly Evidence[]) => entries.map((entry) => entryOf(entry, sides));
  if (kind === undefined || !BULK.has(kind) || run.length <= 2 * ends + 1) return told(run);
  const middle = counted(run.slice(ends, -ends), MANY[kind] ?? kind);
  return [...told(run.slice(0, ends)), middle, ...told(run.slice(-ends))];
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
  const sides = sidesOf(chain);
  const entries = runsOfKind(chain).flatMap((run) => section(run, sides));
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
