import assert from 'node:assert/strict';
import type { Coverage } from '#core/outcome.ts';
import type { RecordSummary } from '#core/record.ts';
import { cutsMade, cutsText } from './cuts-answer.ts';

const swept = (cases: number, detail: Coverage['detail']): Coverage => ({
  cases,
  of: 'power cuts',
  ...(detail === undefined ? {} : { detail }),
});

function record(board: string, coverage?: Coverage): RecordSummary {
  return { board, ...(coverage === undefined ? {} : { coverage }) } as RecordSummary;
}

const records = [
  record('dk', swept(9000, { 'cuts a second': 4500, seconds: 2, 'recoveries run': 700 })),
  record('dk', swept(59, { 'widest gap': 3 })),
  record('dk'),
  record('dk', swept(1000, { 'cuts a second': 1000, seconds: 0.5, 'recoveries run': 20 })),
  record('microbit', {
    cases: 60_148,
    of: 'power cuts',
    detail: {
      'cuts a second': 96,
      seconds: 605.7,
      'recoveries run': 613,
      'taken over from an interrupted run': 2000,
      'of these alike': 41_000,
      'alike run again, all agreed': 102,
    },
  }),
];

describe('cli/cuts-answer', () => {
  it('adds the sweeps of a board up, and leaves cuts by time and other records out', () => {
    assert.deepEqual(cutsMade(records), [
      { board: 'dk', cuts: 10_000, takenOver: 0, seconds: 2.5, run: 720, alike: 0, replayed: 0 },
      {
        board: 'microbit',
        cuts: 58_148,
        takenOver: 2000,
        seconds: 605.7,
        run: 613,
        alike: 41_000,
        replayed: 102,
      },
    ]);
    assert.deepEqual(cutsMade([record('dk')]), []);
  });

  it('says it in one line', () => {
    assert.deepEqual(cutsMade(records).map(cutsText), [
      'dk: 10,000 power cuts in 3 s, 4,000 a second; 720 recoveries run',
      'microbit: 58,148 power cuts after 2,000 of the interrupted run in 606 s, 96 a second; 613 recoveries run; 41,000 alike, 102 of them run again, all agreed',
    ]);
  });

  it('divides by no time', () => {
    assert.match(
      cutsText({ board: 'b', cuts: 1, takenOver: 0, seconds: 0, run: 1, alike: 0, replayed: 0 }),
      /1,000 a second/,
    );
  });
});
