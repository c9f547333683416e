import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OnEvent } from '#engine/events.ts';
import { inThisThread } from '#engine/executor.ts';
import { readRun } from '#engine/read-run.ts';
import { type FinishedSelfTest, runSelfTest, type SelfTestOptions } from '#engine/run-selftest.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { sealRun } from '#engine/seal.ts';
import { writeSelfTest } from '#engine/selftest-file.ts';
import { readUnfinishedSelfTest } from '#engine/selftest-plan.ts';
import { KEEPS, tinyBoard } from '#engine/tiny-board.fixture.ts';
import { runTiny, temporaryFolder, tinyBench } from '#engine/tiny-run.fixture.ts';
import { tinyAttacks } from '#engine/tiny-suite.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

/** What a self-test ran, and what it came to. */
interface Told extends FinishedSelfTest {
  readonly ran: readonly string[];
}

async function selfTest(out: string, more: Partial<SelfTestOptions> = {}, most = Infinity): Promise<Told> {
  const ran: string[] = [];
  const stop = new AbortController();
  const onEvent: OnEvent = (event) => {
    if (event.type !== 'scenario-start') return;
    ran.push(`${event.scenario} ${event.flaws.join()}`.trim());
    if (ran.length === most) stop.abort(new Error('enough'));
  };
  const bench = more.bench ?? tinyBench();
  const done = await runSelfTest({
    bench,
    benchReference: 'tiny',
    attacks: tinyAttacks,
    selection: {},
    seed: 7,
    out,
    executor: inThisThread(bench, tinyAttacks),
    signal: stop.signal,
    onEvent,
    ...more,
  });
  return { ...done, ran };
}

const records = (path: string) =>
  readdirSync(join(path, 'records'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted();

/** A self-test without what differs between any two. */
function gist({ made: { selfTest: made } }: Told) {
  const flaws = made.flaws.map(({ shown, ...flaw }) => ({
    ...flaw,
    shown: shown.map(({ attack, verdict, scenario, file }) => ({ attack, verdict, scenario, file })),
  }));
  return { ...made, id: '', startedAt: '', endedAt: '', flaws };
}

describe('a self-test', () => {
  const folder = temporaryFolder();

  it('keeps the evidence of every scenario it ran, names what shows each flaw, and is sealed', async () => {
    const { path, made, ran } = await selfTest(folder());
    assert.equal(made.selfTest.verdict, 'pass');
    assert.equal(records(path).length, ran.length);
    for (const { file } of made.selfTest.flaws.flatMap(({ shown }) => shown)) {
      assert.ok(file !== null && existsSync(join(path, file)), `${file}`);
    }
    assert.equal(verifyRun(path).state, 'intact');
    assert.throws(() => readUnfinishedSelfTest(path), { code: 'selftest-ended' });
  });

  it('is verified record by record: what was altered is named, also where it was sealed again', async () => {
    const { path, ran } = await selfTest(folder());
    const { records: found, entries } = verifyRun(path);
    assert.ok(found === ran.length && entries > found);
    const file = join(path, 'records', records(path)[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"pass"', '"fail"'));
    const altered = () => verifyRun(path).mismatches.map((mismatch) => mismatch.what);
    assert.deepEqual(altered(), ['was altered']);
    sealRun(RunFolder.reopen(path), basename(path), null);
    assert.deepEqual(altered(), ['does not say what its evidence says']);
  });

  it('is altered where it names evidence that is not there', async () => {
    const { path, made } = await selfTest(folder());
    const [flaw, ...flaws] = made.selfTest.flaws;
    assert.ok(flaw !== undefined);
    const shown = flaw.shown.map(({ attack, verdict, scenario, file }) => ({
      attack,
      verdict,
      scenario,
      file,
      head: 'ab'.repeat(32),
    }));
    const reopened = RunFolder.reopen(path);
    writeSelfTest(reopened, { ...made.selfTest, flaws: [{ ...flaw, shown }, ...flaws] });
    sealRun(reopened, basename(path), null);
    const [mismatch] = verifyRun(path).mismatches;
    assert.match(mismatch?.what ?? '', /names evidence that is not there/);
  });

  for (const most of [1, 3, 5]) {
    it(`that was stopped in scenario ${most} is gone on with, and comes to the same`, async () => {
      const whole = await selfTest(folder());
      const stopped = await selfTest(folder(), {}, most);
      assert.equal(stopped.made.selfTest.verdict, 'incomplete');
      const { path, plan, records: made } = readUnfinishedSelfTest(stopped.path);
      const resumed = await selfTest(folder(), { from: { ...plan, path, records: made } });
      assert.deepEqual(resumed.ran, whole.ran.slice(most - 1));
      assert.deepEqual(gist(resumed), gist(whole));
      assert.deepEqual(records(resumed.path), records(whole.path));
      assert.equal(verifyRun(resumed.path).state, 'intact');
    });
  }

  it('that was killed before it could seal anything is gone on with', async () => {
    const stopped = await selfTest(folder(), {}, 3);
    rmSync(join(stopped.path, 'seal.json'));
    rmSync(join(stopped.path, 'selftest.json'));
    const { path, plan, records: made } = readUnfinishedSelfTest(stopped.path);
    const { ran } = await selfTest(folder(), { from: { ...plan, path, records: made } });
    assert.equal(ran.length, (await selfTest(folder())).ran.length - 2);
  });

  it('takes what a run said of the sound board, and runs the flawed ones alone', async () => {
    const { runDir } = await runTiny(folder());
    const { path, header, records: made } = readRun(runDir);
    const whole = await selfTest(folder());
    const after = await selfTest(folder(), { from: { path, boards: header.boards, records: made } });
    assert.deepEqual(
      after.ran,
      whole.ran.filter((name) => name.includes(' ')),
    );
    assert.deepEqual(gist(after), gist(whole));
    assert.deepEqual(records(after.path), records(whole.path));
  });

  it('takes nothing over from a board that was built otherwise', async () => {
    const { runDir } = await runTiny(folder());
    const { path, header, records: made } = readRun(runDir);
    const board = tinyBoard();
    const bootloader = { ...board.facts.bootloader, version: 'another' };
    const bench = tinyBench({ ...board, facts: { ...board.facts, bootloader } });
    const from = { path, boards: header.boards, records: made };
    await assert.rejects(selfTest(folder(), { bench, from }), { code: 'other-build' });
  });

  it('runs again what was made on a flawed build that is not what it was', async () => {
    const whole = await selfTest(folder());
    const stopped = await selfTest(folder(), {}, whole.ran.length);
    const { path, plan, records: made } = readUnfinishedSelfTest(stopped.path);
    const flawed = made.find(({ flaws }) => flaws.includes(KEEPS.id));
    assert.ok(flawed !== undefined);
    const rebuilt = [...made.filter((record) => record !== flawed), { ...flawed, built: 'another' }];
    const resumed = await selfTest(folder(), { from: { ...plan, path, records: rebuilt } });
    assert.ok(resumed.ran.some((name) => name.endsWith(KEEPS.id)));
    assert.ok(resumed.ran.every((name) => name.includes(' ')));
    assert.deepEqual(gist(resumed), gist(whole));
  });

  it('is not gone on with where nothing says what it was to do', async () => {
    const { runDir } = await runTiny(folder());
    assert.throws(() => readUnfinishedSelfTest(runDir), { code: 'selftest-no-plan' });
    for (const text of ['', 'null', '{}', '{"schema":"assay-selftest-plan-1"}']) {
      writeFileSync(join(runDir, 'selftest-plan.json'), text);
      assert.throws(() => readUnfinishedSelfTest(runDir), { code: 'selftest-no-plan' });
    }
  });
});
