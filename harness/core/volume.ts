import type { RecordSummary } from '#core/record.ts';

/** Scenarios up to which a report draws the path and timeline of each, and paper has a row for each. */
export const MANY = 1000;

/** A pass of a sound board, and everything of a board with flaws: of these a report of very many tells the judgement alone. */
export function speaksForItself({ flaws, verdict }: Pick<RecordSummary, 'flaws' | 'verdict'>): boolean {
  return flaws.length > 0 || verdict === 'pass' || verdict === 'not-applicable';
}

/** The records whose timelines a report of so many holds. */
export function drawnRecords(records: readonly RecordSummary[]): readonly RecordSummary[] {
  return records.length <= MANY ? records : records.filter((record) => !speaksForItself(record));
}
