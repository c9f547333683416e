import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '#core/errors.ts';
import { readRun } from '#engine/read-run.ts';
import { inThisThread } from '#engine/executor.ts';
import { replay } from '#engine/replay.ts';
import { tinyBoard, KEEPS } from '#engine/tiny-board.fixture.ts';
import { runTiny, temporaryFolder, tinyBench } from '#engine/tiny-run.fixture.ts';
import { tinyAttacks } from '#engine/tiny-suite.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const never = new AbortController().signal;
const quiet = () => undefined;

describe('a run', () => {
  const folder = temporaryFolder();

  it('leaves a header, records, inputs, a report and a seal', async () => {
    const { runDir, header, records } = await runTiny(folder());
    assert.equal(header.state, 'ended');
    assert.equal(header.planned, 4);
    assert.equal(records[0]?.scenario, 'control/tiny/alive');
    assert.equal(readFileSync(join(runDir, 'report.txt'), 'utf8'), 'pass');
    assert.equal(header.boards[0]?.instruments['power'], 'tiny supply');
    const start = readRun(runDir).evidence('records/nrf52840-dk/rollback.tiny.first.jsonl')[0];
    const file = /"\$file":"([0-9a-f]{64})"/.exec(JSON.stringify(start?.data))?.[1];
    assert.ok(existsSync(join(runDir, 'files', `${file}.bin`)));
  });

  it('has one digest for one seed and another for another', async () => {
    const [a, b, c] = [
      await runTiny(folder()),
      await runTiny(folder()),
      await runTiny(folder(), { seed: 8 }),
    ];
    assert.equal(a.header.verdictDigest, b.header.verdictDigest);
    assert.notEqual(a.header.verdictDigest, c.header.verdictDigest);
    assert.notEqual(a.runDir, b.runDir);
  });

  it('gives the same verdicts on several lanes as on one', async () => {
    const bench = tinyBench();
    const executor = { ...inThisThread(bench, tinyAttacks), width: 3 };
    const [one, three] = [await runTiny(folder()), await runTiny(folder(), { bench, executor })];
    assert.equal(one.header.verdictDigest, three.header.verdictDigest);
    assert.equal(verifyRun(three.runDir).state, 'intact');
  });

  it('writes console lines with control characters made visible', async () => {
    const { runDir } = await runTiny(folder());
    const { records, evidence } = readRun(runDir);
    const chains = records.flatMap((record) => evidence(record.evidence.file));
    const lines = chains.filter(({ kind }) => kind === 'console').map(({ data }) => data);
    assert.deepEqual(lines[0], { text: String.raw`tiny board ready\x07` });
  });

  it('is sealed and readable when it was stopped', async () => {
    const stop = new AbortController();
    const { runDir, header, records } = await runTiny(folder(), {
      signal: stop.signal,
      onEvent: ({ type }) => {
        const reason = new BenchError({
          code: 'interrupted',
          message: 'interrupted',
          remedy: 'run it again',
        });
        if (type === 'scenario-end') stop.abort(reason);
      },
    });
    assert.equal(header.interrupted, true);
    assert.equal(records.length, 1);
    assert.equal(verifyRun(runDir).state, 'intact');
  });

  it('makes no folder for a selection that fits nothing', async () => {
    const wrong = [{ boards: ['esp32'] }, { families: ['rolback'] }, { scenarios: ['rollback/tiny/frist'] }];
    for (const selection of wrong) {
      await assert.rejects(runTiny(join(folder(), 'out'), { selection }), { name: 'UsageError' });
    }
    assert.equal(existsSync(join(folder(), 'out')), false);
  });

  it('says what is kept when the disk takes no more', async () => {
    const out = join(folder(), 'taken');
    writeFileSync(out, 'a file where the folder should be');
    await assert.rejects(runTiny(out), { name: 'BenchError', code: 'run-folder-unusable' });
  });
});

describe('replay', () => {
  const folder = temporaryFolder();

  async function replayFirst(entry = tinyBoard(), out = folder()) {
    const { runDir } = await runTiny(out);
    const common = { bench: tinyBench(entry), attacks: tinyAttacks, signal: never, onEvent: quiet };
    return {
      runDir,
      again: () =>
        replay({ ...common, run: readRun(runDir), scenario: 'rollback/tiny/first', board: undefined }),
    };
  }

  it('reproduces a record from its seed and input', async () => {
    const { again } = await replayFirst();
    const { sameStimulus, sameVerdict, replayed } = await again();
    assert.ok(sameStimulus && sameVerdict);
    assert.equal(replayed.verdict, 'pass');
  });

  it('shows a board that behaves otherwise now', async () => {
    const board = tinyBoard();
    const { again } = await replayFirst({
      ...board,
      open: (options) => board.open({ ...options, flaws: [KEEPS.id] }),
    });
    const { sameVerdict, replayed } = await again();
    assert.equal(sameVerdict, false);
    assert.equal(replayed.verdict, 'fail');
  });

  it('refuses input that was altered', async () => {
    const { runDir, again } = await replayFirst();
    const input = JSON.stringify(
      readRun(runDir).evidence('records/nrf52840-dk/rollback.tiny.first.jsonl')[0]?.data,
    );
    const file = /"\$file":"([0-9a-f]{64})"/.exec(input)?.[1] ?? '';
    writeFileSync(join(runDir, 'files', `${file}.bin`), 'other');
    await assert.rejects(again(), { code: 'record-bytes' });
  });

  it('names what there is where the scenario is unknown', async () => {
    const { runDir } = await runTiny(folder());
    const options = {
      run: readRun(runDir),
      bench: tinyBench(),
      attacks: tinyAttacks,
      signal: never,
      onEvent: quiet,
    };
    await assert.rejects(replay({ ...options, scenario: 'rollback/tiny/frist', board: undefined }), {
      code: 'scenario-unknown',
      remedy: /rollback\/tiny\/first/,
    });
  });
});
