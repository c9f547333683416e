import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineBench, type Bench, type BoardEntry } from '#core/rig.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { readRun } from '#engine/read-run.ts';
import { replayCuts } from '#engine/replay-cuts.ts';
import { runSelected } from '#engine/run.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const SCENARIO = 'power-loss/upgrade/every-operation';
const { signal } = new AbortController();

/** The board with a flaw in whatever it is opened with. */
function builtWith(board: BoardEntry, flaw: string): BoardEntry {
  return { ...board, open: (options) => board.open({ ...options, flaws: [flaw] }) };
}

/** A bench whose board has a mistake that nobody declared, as a real one has. */
async function faultyBench(flaw: string): Promise<Bench> {
  const { boards } = await loadBench('virtual');
  return defineBench({
    id: 'faulty',
    title: 'Faulty bench',
    boards: boards.filter(({ facts }) => facts.id === 'nrf52840-dk').map((board) => builtWith(board, flaw)),
  });
}

describe('the shortest failing sequence of a record', () => {
  const folder = temporaryFolder();

  it('is kept as a file, and is replayed byte for byte', async () => {
    const bench = await faultyBench('mcuboot/swap-not-journalled');
    const attacks = await discoverAttacks();
    const { runDir, records } = await runSelected({
      bench,
      benchReference: 'faulty',
      attacks,
      selection: { scenarios: [SCENARIO] },
      seed: 3,
      out: folder(),
      formats: [],
      standards: [],
      executor: inThisThread(bench, attacks),
      signal,
      onEvent: () => undefined,
    });
    assert.equal(records.find(({ scenario }) => scenario === SCENARIO)?.verdict, 'fail');
    const file = join(runDir, 'cuts/nrf52840-dk', `${SCENARIO.replaceAll('/', '.')}.json`);
    assert.ok(existsSync(file), 'the sequence is a file of its own');
    assert.equal(verifyRun(runDir).state, 'intact');

    const options = { run: readRun(runDir), scenario: SCENARIO, board: undefined, signal };
    const again = await replayCuts({ ...options, bench });
    assert.deepEqual([again.sameLeft, again.sameState], [true, true]);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), again.sequence);
    assert.equal(again.sequence.cuts.length, 1);
    assert.equal(again.sequence.board, 'nrf52840-dk');
    assert.match(again.sequence.profile, /^mcuboot /);

    const mended = await replayCuts({ ...options, bench: await loadBench('virtual') });
    assert.deepEqual([mended.sameLeft, mended.sameState], [false, false]);
    await assert.rejects(replayCuts({ ...options, bench, scenario: 'control/update/smp' }), {
      code: 'sequence-missing',
    });
  });
});
