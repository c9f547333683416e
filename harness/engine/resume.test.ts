import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { memberOf, numberOf, textOf } from '#core/json-path.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { readRun } from '#engine/read-run.ts';
import { readUnfinished } from '#engine/resume.ts';
import { runSelected, type FinishedRun, type RunOptions } from '#engine/run.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const SCENARIO = 'power-loss/upgrade/every-operation';
const RECORD = `records/nrf52840-dk/${SCENARIO.replaceAll('/', '.')}.jsonl`;

async function run(out: string, more: Partial<RunOptions> = {}): Promise<FinishedRun> {
  const bench = await loadBench('virtual');
  const attacks = await discoverAttacks();
  return runSelected({
    bench,
    benchReference: 'virtual',
    attacks,
    selection: { boards: ['nrf52840-dk'], scenarios: [SCENARIO] },
    seed: 5,
    out,
    formats: [],
    standards: [],
    executor: inThisThread(bench, attacks),
    signal: new AbortController().signal,
    onEvent: () => undefined,
    ...more,
  });
}

/** Runs until so many cuts of the sweep are made. */
function runUntil(out: string, cuts: number): Promise<FinishedRun> {
  const stop = new AbortController();
  return run(out, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type !== 'scenario-progress' || event.scenario !== SCENARIO) return;
      if (event.done >= cuts) stop.abort(new Error('enough'));
    },
  });
}

function cutsOf(runDir: string): readonly unknown[] {
  const chain = readRun(runDir).evidence(RECORD);
  return chain.filter(({ kind }) => kind === 'cut').map(({ data }) => data);
}

/** Cuts that the sweep says it took over. */
function takenOver(runDir: string): unknown {
  const chain = readRun(runDir).evidence(RECORD);
  const swept = chain.find(({ kind, data }) => kind === 'verb' && textOf(data, 'verb') === 'sweepCuts');
  return numberOf(memberOf(swept?.data ?? null, 'output'), 'takenOver');
}

describe('a run that was interrupted in a sweep', () => {
  const folder = temporaryFolder();

  it('is resumed, and comes to the digest, the cuts and the verdicts of one that was not', async () => {
    const whole = await run(folder());
    const cut = await runUntil(folder(), 100);
    const before = cutsOf(cut.runDir).length;
    const { run: resume, selection } = readUnfinished(cut.runDir);
    const resumed = await run(folder(), { resume, selection });
    assert.ok(before >= 64 && before < cutsOf(whole.runDir).length, `${before} cuts`);
    assert.equal(resumed.header.verdictDigest, whole.header.verdictDigest);
    assert.equal(resumed.header.resumed, cut.header.id);
    assert.deepEqual(cutsOf(resumed.runDir), cutsOf(whole.runDir));
    assert.equal(takenOver(resumed.runDir), before);
    assert.deepEqual(
      resumed.records.map(({ scenario, verdict }) => [scenario, verdict]),
      whole.records.map(({ scenario, verdict }) => [scenario, verdict]),
    );
    assert.equal(verifyRun(resumed.runDir).state, 'intact');
  });

  it('is resumed also where it was killed before it could seal anything', async () => {
    const whole = await run(folder());
    const cut = await runUntil(folder(), 60);
    rmSync(join(cut.runDir, 'seal.json'));
    rmSync(join(cut.runDir, RECORD.replace(/l$/, '')));
    const { run: resume, selection } = readUnfinished(cut.runDir);
    const resumed = await run(folder(), { resume, selection });
    assert.equal(resumed.header.verdictDigest, whole.header.verdictDigest);
  });

  it('is not resumed on a board that was built otherwise', async () => {
    const cut = await runUntil(folder(), 60);
    const { run: resume, selection } = readUnfinished(cut.runDir);
    const boards = resume.header.boards.map((board) => ({ ...board, bootloader: 'another' }));
    const other = { ...resume, header: { ...resume.header, boards } };
    await assert.rejects(run(folder(), { resume: other, selection }), { code: 'other-build' });
  });

  it('is refused where the run came to its end', async () => {
    const { runDir } = await run(folder(), { selection: { scenarios: ['control/update/smp'] } });
    assert.throws(() => readUnfinished(runDir), { code: 'resume-ended' });
  });
});
