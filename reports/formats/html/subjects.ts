import type { BoardSummary, RecordSummary, RunReport } from '#core/record.ts';
import { byFamily } from './words.ts';

/** A board as it was built for some of the records: the same board with other flaws is another subject. */
export interface Subject {
  /** Unique in a report; fit for an anchor. */
  readonly key: string;
  readonly boardId: string;
  readonly board: BoardSummary | undefined;
  readonly flaws: readonly string[];
  readonly families: readonly FamilyGroup[];
}

/** The records of one family on one subject. */
export interface FamilyGroup {
  readonly key: string;
  readonly family: string;
  readonly records: readonly NumberedRecord[];
}

/** A record with its place in the report, which is also its anchor. */
export interface NumberedRecord extends RecordSummary {
  readonly number: number;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Records by board and flaws, sound boards first, then by family; numbered from 1 in that order. */
export function subjectsOf(report: RunReport): readonly Subject[] {
  const subjects = grouped(
    report.records,
    (record) => `${record.board}\n${record.flaws.toSorted().join('\n')}`,
  );
  const ordered = [...subjects.values()].toSorted(
    (a, b) => Number((a[0]?.flaws.length ?? 0) > 0) - Number((b[0]?.flaws.length ?? 0) > 0),
  );
  let number = 0;
  return ordered.map((records, index) => {
    const boardId = records[0]?.board ?? '';
    const key = `b${index + 1}`;
    const families = [...grouped(records, (record) => record.family)].toSorted(([a], [b]) => byFamily(a, b));
    return {
      key,
      boardId,
      board: report.boards.find((board) => board.id === boardId),
      flaws: records[0]?.flaws ?? [],
      families: families.map(([family, ofFamily], place) => ({
        key: `${key}f${place + 1}`,
        family,
        records: ofFamily.map((record) => ({ ...record, number: (number += 1) })),
      })),
    };
  });
}

/** A subject's name: the board, and that it was built with flaws. */
export function subjectName(subject: Subject): string {
  const title = subject.board?.title ?? subject.boardId;
  if (subject.flaws.length === 0) return title;
  return `${title}, built with ${subject.flaws.length === 1 ? `flaw ${subject.flaws[0]}` : `${subject.flaws.length} flaws`}`;
}
