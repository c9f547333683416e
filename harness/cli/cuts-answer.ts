import type { RecordSummary } from '#core/record.ts';

/** Power cuts of a board's sweeps in one run, and what they took. */
export interface CutsMade {
  readonly board: string;
  readonly cuts: number;
  /** Cuts that an interrupted run had made. */
  readonly takenOver: number;
  readonly seconds: number;
  /** Recoveries that the board really made. */
  readonly run: number;
  /** Cuts whose recovery was known from flash that differs only where it never looked, and how many of these were run. */
  readonly alike: number;
  readonly replayed: number;
}

function sum(records: readonly RecordSummary[], name: string): number {
  return records.reduce((total, { coverage }) => total + Number(coverage?.detail?.[name] ?? 0), 0);
}

/** What sweeps came to, board by board; those without a sweep are left out. */
export function cutsMade(records: readonly RecordSummary[]): readonly CutsMade[] {
  const swept = records.filter(({ coverage }) => coverage?.detail?.['cuts a second'] !== undefined);
  return [...new Set(swept.map(({ board }) => board))].map((board) => {
    const mine = swept.filter((record) => record.board === board);
    const takenOver = sum(mine, 'taken over from an interrupted run');
    return {
      board,
      cuts: mine.reduce((total, { coverage }) => total + (coverage?.cases ?? 0), 0) - takenOver,
      takenOver,
      seconds: sum(mine, 'seconds'),
      run: sum(mine, 'recoveries run'),
      alike: sum(mine, 'of these alike'),
      replayed: sum(mine, 'alike run again, all agreed'),
    };
  });
}

/** One line a board: `microbit: 46,447 power cuts in 430 s, 108 a second; 169 recoveries run`. */
export function cutsText({ board, cuts, takenOver, seconds, run, alike, replayed }: CutsMade): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const pace = number(Number((cuts / Math.max(seconds, 0.001)).toPrecision(3)));
  const before = takenOver === 0 ? '' : ` after ${number(takenOver)} of the interrupted run`;
  const again =
    alike === 0 ? '' : `; ${number(alike)} alike, ${number(replayed)} of them run again, all agreed`;
  return `${board}: ${number(cuts)} power cuts${before} in ${number(Math.round(seconds))} s, ${pace} a second; ${number(run)} recoveries run${again}`;
}
