import { MANY, speaksForItself } from '#core/volume.ts';
import type { NumberedRecord, Subject } from './subjects.ts';

/** Of very many scenarios that did not pass, paper shows so many in full, worst boards first. */
const FULL_ON_PAPER = 200;

/** How much a report shows of each scenario. */
export interface Volume {
  /** There are more scenarios than a reader goes through one by one. */
  readonly isLarge: boolean;
  /** Numbers of the records that paper shows in full. */
  readonly full: ReadonlySet<number>;
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
