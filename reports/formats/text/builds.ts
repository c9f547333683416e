import type { BoardSummary, RecordSummary, RunReport } from '#core/record.ts';

/** A board as it was built, and its records in the order they ran. */
export interface Build {
  /** Board, then its flaws: `nrf52840-dk + mcuboot/no-signature-check`. */
  readonly name: string;
  /** Undefined only where a report names a board it does not describe. */
  readonly board: BoardSummary | undefined;
  readonly flaws: readonly string[];
  readonly records: readonly RecordSummary[];
}

/** The records of a report by board as it was built. */
export function buildsOf(report: Pick<RunReport, 'boards' | 'records'>): readonly Build[] {
  const builds = new Map<string, Omit<Build, 'records'> & { readonly records: RecordSummary[] }>();
  for (const record of report.records) {
    const name = [record.board, ...record.flaws.toSorted()].join(' + ');
    const board = report.boards.find(({ id }) => id === record.board);
    const build = builds.get(name) ?? { name, board, flaws: record.flaws, records: [] };
    build.records.push(record);
    builds.set(name, build);
  }
  return [...builds.values()];
}

/** Records of a build by attack, in the order they ran. */
export function byAttack(records: readonly RecordSummary[]): ReadonlyMap<string, readonly RecordSummary[]> {
  const groups = new Map<string, RecordSummary[]>();
  for (const record of records) {
    const group = groups.get(record.attack);
    if (group === undefined) groups.set(record.attack, [record]);
    else group.push(record);
  }
  return groups;
}
