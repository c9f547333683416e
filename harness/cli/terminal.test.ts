import assert from 'node:assert/strict';
import type { RecordSummary } from '#core/record.ts';
import { Progress } from './progress.ts';
import { table } from './table.ts';
import { columnsOf, fit, terminalOf, type Terminal } from './terminal.ts';

const record = {
  board: 'nrf52840-dk',
  flaws: [],
  scenario: 'rollback/unconfirmed/nobody-asks',
  verdict: 'pass',
  wallMs: 12,
} as unknown as RecordSummary;

function watched(terminal: Terminal): {
  readonly progress: Progress;
  readonly text: () => string;
  readonly tick: (ms: number) => void;
} {
  let [out, now] = ['', 0];
  const progress = new Progress({ terminal, write: (text) => void (out += text) }, () => now);
  return { progress, text: () => out, tick: (ms) => void (now += ms) };
}

describe('terminal', () => {
  it('colours only where a person watches, and not with NO_COLOR', () => {
    const tty = { isTTY: true, columns: 100 } as const;
    assert.equal(terminalOf(tty, {}).paint('red', 'x'), '\u001b[31mx\u001b[0m');
    assert.equal(terminalOf(tty, { NO_COLOR: '1' }).paint('red', 'x'), 'x');
    assert.equal(terminalOf({}, {}).paint('red', 'x'), 'x');
    assert.equal(terminalOf({ ...tty }, { TERM: 'dumb' }).live, false);
  });

  it('is as wide as its window, and endless in a pipe, where nothing is to be cut', () => {
    assert.equal(terminalOf({ isTTY: true, columns: 72 }, {}).width, 72);
    assert.equal(terminalOf({ isTTY: true, columns: 12 }, {}).width, 40);
    assert.equal(terminalOf({}, {}).width, Infinity);
  });

  it('cuts text to columns', () => {
    assert.equal(fit('abcdef', 6), 'abcdef');
    assert.equal(fit('abcdef', 4), 'abc…');
    assert.equal(fit('abcdef', 1), '…');
  });
});

describe('table', () => {
  const columns = [
    { title: 'board', least: 5 },
    { title: 'family', least: 5 },
    { title: 'pass', right: true },
  ];
  const rows = [
    ['nrf52840-dk-with-a-long-name', 'corrupted-image', '12'],
    ['esp', 'power-loss', '3'],
  ];

  it('keeps to the width, narrowing the widest columns first', () => {
    for (const width of [40, 60, 100]) {
      for (const line of table(columns, rows, width)) assert.ok(columnsOf(line) <= width, line);
    }
  });

  it('leaves columns whole that may not be narrowed, and cuts at the right edge then', () => {
    const named = [{ title: 'id' }, { title: 'title', least: 8 }];
    const [, line = ''] = table(named, [['corrupted-image/bit-flip/header', 'One bit flipped']], 36);
    assert.match(line, /^corrupted-image\/bit-flip\/header {2}/);
    assert.equal(columnsOf(line), 36);
  });

  it('lines numbers up on the right', () => {
    const lines = table(columns, rows, 100);
    assert.ok(lines[1]?.endsWith('  12') && lines[2]?.endsWith('   3'), lines.join('\n'));
  });
});

describe('progress', () => {
  it('writes one line over on a terminal, never wider than it', () => {
    const { progress, text, tick } = watched(terminalOf({ isTTY: true, columns: 40 }, { NO_COLOR: '1' }));
    progress.onEvent({ type: 'planned', scenarios: 4 });
    tick(1000);
    progress.onEvent({ type: 'scenario-start', board: record.board, flaws: [], scenario: record.scenario });
    tick(1000);
    progress.onEvent({ type: 'scenario-end', record });
    const drawn = text().split('\r\u001b[2K');
    assert.ok(
      drawn.every((line) => line.length < 40 && !line.includes('\n')),
      text(),
    );
    assert.match(drawn.at(-1) ?? '', /1\/4 scenarios, 0\.5\/s, ETA 0:06/);
  });

  it('shows how fast a long scenario goes, and what is left of it', () => {
    const { progress, text, tick } = watched(terminalOf({ isTTY: true, columns: 120 }, { NO_COLOR: '1' }));
    const where = { board: 'nrf52840-dk', flaws: [], scenario: 'power-loss/revert/every-operation' };
    progress.onEvent({ type: 'planned', scenarios: 4 });
    progress.onEvent({ type: 'scenario-start', ...where });
    for (const done of [0, 1000, 2000]) {
      tick(500);
      progress.onEvent({ type: 'scenario-progress', ...where, done, total: 8000 });
    }
    const last = text().split('\r\u001b[2K').at(-1) ?? '';
    assert.match(last, /every-operation: 2000\/8000, 2000\/s, ETA 0:03$/);
  });

  it('shows, of what runs side by side, what the end waits for', () => {
    const { progress, text, tick } = watched(terminalOf({ isTTY: true, columns: 120 }, { NO_COLOR: '1' }));
    const [slow, quick] = ['slow', 'quick'].map(
      (scenario) => ({ board: 'dk', flaws: [], scenario }) as const,
    );
    assert.ok(slow !== undefined && quick !== undefined);
    progress.onEvent({ type: 'planned', scenarios: 20 });
    progress.onEvent({ type: 'scenario-start', ...slow });
    progress.onEvent({ type: 'scenario-progress', ...slow, done: 0, total: 1000 });
    tick(10_000);
    progress.onEvent({ type: 'scenario-progress', ...slow, done: 100, total: 1000 });
    for (let i = 0; i < 19; i++) {
      progress.onEvent({ type: 'scenario-start', ...quick });
      progress.onEvent({ type: 'scenario-end', record: { ...record, ...quick } });
    }
    tick(100);
    progress.onEvent({ type: 'scenario-progress', ...slow, done: 101, total: 1000 });
    const last = text().split('\r\u001b[2K').at(-1) ?? '';
    assert.match(last, /^19\/20 scenarios, .*, ETA 1:30 {2}dk slow: 101\/1000, 10\/s, ETA 1:30$/);
  });

  it('tells at once what did not pass', () => {
    const { progress, text } = watched(terminalOf({ isTTY: true, columns: 80 }, { NO_COLOR: '1' }));
    progress.onEvent({ type: 'planned', scenarios: 2 });
    progress.onEvent({ type: 'scenario-end', record: { ...record, verdict: 'fail' } });
    assert.match(text(), /fail +nrf52840-dk {2}rollback\/unconfirmed\/nobody-asks {2}12 ms\n/);
  });

  it('writes a plain line a scenario elsewhere', () => {
    const { progress, text } = watched(terminalOf({}, {}));
    progress.onEvent({ type: 'planned', scenarios: 1 });
    progress.onEvent({ type: 'scenario-progress', board: 'b', flaws: [], scenario: 's', done: 1, total: 2 });
    progress.onEvent({ type: 'scenario-end', record });
    assert.equal(text(), 'pass           nrf52840-dk  rollback/unconfirmed/nobody-asks  12 ms\n');
  });

  it('writes a line for each tenth where boards are built with flaws', () => {
    const { progress, text, tick } = watched(terminalOf({}, {}));
    progress.onEvent({ type: 'planned', scenarios: 40 });
    for (let i = 0; i < 40; i++) {
      tick(100);
      progress.onEvent({ type: 'scenario-end', record: { ...record, flaws: ['x'] } });
    }
    assert.equal(text().trimEnd().split('\n').length, 10);
    assert.match(text(), /^40\/40 scenarios, 10\.0\/s, ETA 0:00$/m);
  });

  it('is never silent for more than a minute of a long scenario', () => {
    const { progress, text, tick } = watched(terminalOf({}, {}));
    const where = { board: 'dk', flaws: ['x'], scenario: 'power-loss/upload/every-operation' };
    progress.onEvent({ type: 'planned', scenarios: 4 });
    progress.onEvent({ type: 'scenario-start', ...where });
    for (let done = 1; done <= 13; done++) {
      tick(10_000);
      progress.onEvent({ type: 'scenario-progress', ...where, done, total: 100 });
    }
    const lines = text().trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(
      lines[1] ?? '',
      /^0\/4 scenarios, .*dk with x power-loss\/upload\/every-operation: 12\/100, .*ETA/,
    );
  });

  it('shows no control characters of a board', () => {
    const { progress, text } = watched(terminalOf({}, {}));
    progress.onEvent({ type: 'board-failed', board: 'b', message: 'port said \u001b[2J' });
    assert.match(text(), /said \\x1b\[2J/);
  });
});
