import type { RecordSummary } from '#core/record.ts';
import type { NumberedRecord, Subject } from './subjects.ts';

/** Scenarios up to which a report draws the path and timeline of each, and paper has a row for each. */
export const MANY = 1000;

/** Of very many scenarios that did not pass, paper shows so many in full, worst boards first. */
const FULL_ON_PAPER = 200;

/** How much a report shows of each scenario. */
export interface Volume {
  /** There are more scenarios than a reader goes through one by one. */
  readonly isLarge: boolean;
  /** Numbers of the records that paper shows in full. */
  readonly full: ReadonlySet<number>;
}

/** A pass of a sound board, and everything of a board with flaws, is an entry of an index. */
function speaksForItself({ flaws, verdict }: RecordSummary): boolean {
  return flaws.length > 0 || verdict === 'pass' || verdict === 'not-applicable';
}

/** What a report shows of its scenarios. */
export function volumeOf(subjects: readonly Subject[]): Volume {
  const records = subjects.flatMap(({ families }) => families.flatMap((family) => family.records));
  const isLarge = records.length > MANY;
  const remarkable = records.filter((record) => !speaksForItself(record));
  const full = isLarge ? remarkable.slice(0, FULL_ON_PAPER) : remarkable;
  return { isLarge, full: new Set(full.map(({ number }) => number)) };
}

/** Whether path and timeline of a record are drawn on the screen. */
export function isDrawn(record: NumberedRecord, { isLarge }: Volume): boolean {
  return !isLarge || !speaksForItself(record);
}
