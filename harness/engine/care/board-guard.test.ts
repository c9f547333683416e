import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calm } from '#contracts/rigs.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import { BoardGuard, wearKey } from '#engine/care/board-guard.ts';
import { WearBook } from '#engine/care/wear-book.ts';
import { wearFile } from '#engine/load-bench.ts';
import { virtualNrf52840Dk } from '../../../boards/nrf52840-dk/virtual.ts';

const CHIP = '0011223344556677';
const virtual = virtualNrf52840Dk();
const trouble = () => new BenchError({ code: 'golden-not-running', message: 'not golden', remedy: 'look' });

/** A virtual board that passes for a real one, guarded. */
async function guarded(care: BoardEntry['care'], spoil: (rig: OpenRig) => Partial<OpenRig> = () => ({})) {
  const entry: BoardEntry = { ...virtual, kind: 'board', ...(care === undefined ? {} : { care }) };
  const opened = await virtual.open(calm());
  const rig: OpenRig = { ...opened, chipId: () => Promise.resolve(CHIP), ...spoil(opened) };
  const book = WearBook.open(null);
  const guard = new BoardGuard({ entry, rig, book });
  return { guard, book, entry, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

describe('engine/care/board-guard', () => {
  it('proves the board before and after, by the id that the bench names', async () => {
    await using bench = await guarded({ chipId: CHIP.toUpperCase(), wearBudget: 100 });
    await bench.guard.rig.prepare(calm());
    const proof = await bench.guard.prove('before', calm().signal);
    assert.deepEqual(proof, { when: 'before', chipId: CHIP, named: true, worst: null, wearBudget: 100 });
  });

  it('refuses another board before a byte is written, and leaves it alone from then on', async () => {
    let prepared = 0;
    const prepare = () => {
      prepared += 1;
      return Promise.resolve();
    };
    await using bench = await guarded({ chipId: 'ffffffffffffffff' }, () => ({ prepare }));
    await assert.rejects(bench.guard.rig.prepare(calm()), { code: 'other-board', got: CHIP });
    await assert.rejects(bench.guard.rig.prepare(calm()), { code: 'board-quarantined', got: /another chip/ });
    assert.equal(prepared, 0);
  });

  it('notices a board that was exchanged between two scenarios', async () => {
    const ids = [CHIP, CHIP, 'ffffffffffffffff'];
    await using bench = await guarded({}, () => ({ chipId: () => Promise.resolve(ids.shift() ?? null) }));
    await bench.guard.rig.prepare(calm());
    assert.equal((await bench.guard.prove('before', calm().signal))?.named, false);
    await assert.rejects(bench.guard.prove('after', calm().signal), { code: 'other-board' });
    assert.equal(bench.guard.quarantine?.code, 'other-board');
  });

  it('gives a board a second chance to come back, and quarantines it after that', async () => {
    const fails = [true, false, true, true];
    const prepare = () => (fails.shift() === true ? Promise.reject(trouble()) : Promise.resolve());
    await using bench = await guarded({}, () => ({ prepare }));
    await bench.guard.rig.prepare(calm());
    await assert.rejects(bench.guard.rig.prepare(calm()), { code: 'golden-not-running' });
    await assert.rejects(bench.guard.rig.prepare(calm()), { code: 'board-quarantined', got: /not golden/ });
    assert.equal(await bench.guard.leave(calm().signal), null, 'a quarantined board is left as it is');
  });

  it('quarantines nobody for what the caller got wrong, or for an end that was asked for', async () => {
    const wrong = new UsageError({ code: 'x', message: 'x', remedy: 'x' });
    await using bench = await guarded({}, () => ({ prepare: () => Promise.reject(wrong) }));
    await assert.rejects(bench.guard.rig.prepare(calm()), { code: 'x' });
    await using ended = await guarded({}, () => ({ prepare: () => Promise.reject(trouble()) }));
    await assert.rejects(ended.guard.rig.prepare({ signal: AbortSignal.abort(new Error('enough')) }));
    assert.deepEqual([bench.guard.quarantine, ended.guard.quarantine], [null, null]);
  });

  it('refuses a board whose budget of erases is used up', async () => {
    await using bench = await guarded({ wearBudget: 2 });
    const { update, board } = bench.guard.rig;
    assert.ok(update);
    await bench.guard.rig.prepare(calm());
    await update.offer(board.firmware.golden.bytes, { ...calm(), path: 'smp' });
    assert.equal(bench.book.worst(wearKey(bench.entry))?.erases, 1);
    await update.activate(calm());
    await assert.rejects(bench.guard.rig.prepare(calm()), { code: 'wear-exhausted', got: /erased 2 times/ });
  });
});

describe('engine/care/wear-book', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assay-wear-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps counts over runs, page by page', () => {
    const path = join(folder, 'lab.wear.json');
    for (let run = 1; run <= 3; run++) {
      const book = WearBook.open(path);
      const meter = book.meter('dk', 4096);
      meter.erased(4096, 4096);
      meter.erased(8191, 2);
      book.save();
      assert.deepEqual(WearBook.open(path).worst('dk'), { page: 1, erases: 2 * run });
    }
    assert.equal(readFileSync(path, 'utf8'), '{"boards":{"dk":{"1":6,"2":3}},"schema":"assay-wear-1"}\n');
    assert.equal(WearBook.open(path).worst('another'), null);
  });

  it('lies beside the bench file', () => {
    assert.match(wearFile('lab.example'), /boards\/benches\/lab\.example\.wear\.json$/);
    const file = join(folder, 'lab.mts');
    writeFileSync(file, '');
    assert.equal(wearFile(file), join(folder, 'lab.wear.json'));
  });

  it('does not begin anew where the counts cannot be read', () => {
    const path = join(folder, 'lab.wear.json');
    for (const text of [
      '',
      '[]',
      '{"schema":"other"}',
      '{"schema":"assay-wear-1","boards":{"dk":{"x":1}}}',
      '{"schema":"assay-wear-1","boards":{"dk":{"1":-1}}}',
    ]) {
      writeFileSync(path, text);
      assert.throws(() => WearBook.open(path), { name: 'BenchError', code: 'wear-book' }, text);
    }
  });
});
