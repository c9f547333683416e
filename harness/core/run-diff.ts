import { canonical, type Json } from '#core/canonical.ts';
import type { BoardSummary, RecordSummary, RunReport } from '#core/record.ts';
import { VERDICTS, type Verdict } from '#core/verdict.ts';

/** What of a run is compared. */
export type DiffSide = Pick<
  RunReport,
  'id' | 'title' | 'startedAt' | 'tool' | 'seed' | 'bench' | 'interrupted' | 'boards'
> & { readonly records: readonly RecordSummary[] };

/** A condition that was not the same in both runs. */
export interface Condition {
  /** The runs, or a board. */
  readonly about: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/**
 * What became of a scenario. `only-before`, `only-after`: one run alone has it; `not-comparable`: both have it, and it was
 * not the same test.
 */
export type Change =
  'same' | 'worse' | 'better' | 'changed' | 'only-before' | 'only-after' | 'not-comparable';

/** A scenario of either run. */
export interface DiffRow {
  readonly board: string;
  readonly flaws: readonly string[];
  readonly scenario: string;
  readonly title: string;
  readonly change: Change;
  readonly before: DiffVerdict | null;
  readonly after: DiffVerdict | null;
  /** Why the two are not comparable; null where they are. */
  readonly why: string | null;
}

export interface DiffVerdict {
  readonly verdict: Verdict;
  readonly observed: string;
}

/** What changed between two runs, verdict by verdict. */
export interface RunDiff {
  readonly before: Omit<DiffSide, 'records' | 'boards'>;
  readonly after: Omit<DiffSide, 'records' | 'boards'>;
  readonly conditions: readonly Condition[];
  readonly rows: readonly DiffRow[];
  readonly totals: Readonly<Record<Change, number>>;
  /** True where every scenario of either run is in both, comparable, with the same verdict. */
  readonly same: boolean;
}

/** In the order a reader wants to see them. */
export const CHANGES: readonly Change[] = [
  'worse',
  'changed',
  'not-comparable',
  'only-before',
  'only-after',
  'better',
  'same',
];

function conditions(
  about: string,
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): readonly Condition[] {
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : canonical(value ?? null));
  return Object.keys(before)
    .filter((what) => text(before[what]) !== text(after[what]))
    .map((what) => ({ about, what, before: text(before[what]), after: text(after[what]) }));
}

function runFacts({ seed, tool, bench, interrupted }: DiffSide): Readonly<Record<string, Json>> {
  return {
    seed,
    'version of assay': tool.version,
    platform: tool.platform,
    bench: bench.id,
    interrupted,
  };
}

function boardFacts(board: BoardSummary): Readonly<Record<string, Json>> {
  const { kind, soc, bootloader, firmware, protections, instruments, fuses } = board;
  return {
    'kind of bench': kind,
    soc,
    'boot loader': bootloader,
    'firmware version': firmware.version,
    'firmware SHA-256': firmware.digest,
    'signing key': firmware.signingKeyId,
    protections: { ...protections },
    instruments: { ...instruments },
    fuses: { ...fuses },
  };
}

function allConditions(before: DiffSide, after: DiffSide): readonly Condition[] {
  const boards = before.boards.flatMap((board) => {
    const other = after.boards.find(({ id }) => id === board.id);
    return other === undefined ? [] : conditions(board.id, boardFacts(board), boardFacts(other));
  });
  return [...conditions('the runs', runFacts(before), runFacts(after)), ...boards];
}

/** A test is the same where it sent the same bytes, or bytes made in the same way for other firmware. */
function whyNotComparable(
  before: DiffSide,
  after: DiffSide,
  one: RecordSummary,
  two: RecordSummary,
): string | null {
  const [left, right] = [before, after].map(({ boards }) => boards.find(({ id }) => id === one.board));
  if (left?.kind !== right?.kind) {
    return `a ${left?.kind ?? 'missing'} bench shows something else than a ${right?.kind ?? 'missing'} one`;
  }
  if (one.stimulus === two.stimulus) return null;
  if (one.seed !== two.seed) return 'another seed made another input';
  if (before.tool.version !== after.tool.version) return 'another version of assay made another input';
  if (left?.firmware.digest === right?.firmware.digest)
    return 'the input is another, with the same seed and firmware';
  return null;
}

function changeOf(before: Verdict, after: Verdict): Change {
  if (before === after) return 'same';
  if (before === 'not-applicable' || after === 'not-applicable') return 'changed';
  return VERDICTS.indexOf(after) > VERDICTS.indexOf(before) ? 'worse' : 'better';
}

function keyOf({ board, flaws, scenario }: RecordSummary): string {
  return [board, ...flaws.toSorted(), scenario].join('\n');
}

function verdictOf(record: RecordSummary | undefined): DiffVerdict | null {
  return record === undefined ? null : { verdict: record.verdict, observed: record.observed };
}

function rowOf(
  before: DiffSide,
  after: DiffSide,
  one: RecordSummary | undefined,
  two: RecordSummary | undefined,
): DiffRow[] {
  const any = two ?? one;
  if (any === undefined) return [];
  const both = one !== undefined && two !== undefined;
  const why = both ? whyNotComparable(before, after, one, two) : null;
  const lonely = one === undefined ? 'only-after' : 'only-before';
  const judged = why === null && both ? changeOf(one.verdict, two.verdict) : 'not-comparable';
  const { board, flaws, scenario, title } = any;
  const change = both ? judged : lonely;
  return [{ board, flaws, scenario, title, change, before: verdictOf(one), after: verdictOf(two), why }];
}

function aboutSide({ id, title, startedAt, tool, seed, bench, interrupted }: DiffSide): RunDiff['before'] {
  return { id, title, startedAt, tool, seed, bench, interrupted };
}

/** Compares two runs: what can be compared by verdict, the rest with the reason why not. */
export function diffRuns(before: DiffSide, after: DiffSide): RunDiff {
  const [ones, twos] = [before, after].map(
    ({ records }) => new Map(records.map((record) => [keyOf(record), record])),
  ) as [Map<string, RecordSummary>, Map<string, RecordSummary>];
  const keys = [...new Set([...ones.keys(), ...twos.keys()])];
  const rows = keys.flatMap((key) => rowOf(before, after, ones.get(key), twos.get(key)));
  const count = (change: Change) => rows.filter((row) => row.change === change).length;
  const totals = Object.fromEntries(CHANGES.map((change) => [change, count(change)])) as Record<
    Change,
    number
  >;
  return {
    before: aboutSide(before),
    after: aboutSide(after),
    conditions: allConditions(before, after),
    rows: rows.toSorted((a, b) => CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change)),
    totals,
    same: totals.same === rows.length,
  };
}
