import type { RecordSummary } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';

/** Verdicts of the very same scenario on the very same item, by `keyOf`. */
export type Repeats = ReadonlyMap<string, readonly Verdict[]>;

function keyOf({ board, flaws, scenario }: RecordSummary): string {
  return [board, scenario, ...flaws.toSorted()].join('\n');
}

/** Counts repetitions in one pass over all records. */
export function repeatsOf(records: readonly RecordSummary[]): Repeats {
  const repeats = new Map<string, Verdict[]>();
  for (const record of records) {
    const known = repeats.get(keyOf(record));
    if (known === undefined) repeats.set(keyOf(record), [record.verdict]);
    else known.push(record.verdict);
  }
  return repeats;
}

/** How often a scenario was carried out, and how often it came out as here. */
export function repetitionText(record: RecordSummary, repeats: Repeats): string {
  const verdicts = repeats.get(keyOf(record)) ?? [record.verdict];
  if (verdicts.length === 1) return 'Carried out once.';
  const alike = verdicts.filter((verdict) => verdict === record.verdict).length;
  return `Carried out ${verdicts.length} times; ${alike} gave this verdict.`;
}
