import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfTestVerdict } from '#core/selftest.ts';
import type { Proof } from '#engine/prove.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { loadSelfTest, SELFTEST_FILE, writeSelfTest } from '#engine/selftest-file.ts';
import { selfTestOf } from '#engine/selftest.ts';

const bench = { id: 'rig', title: 'A rig', boards: [] };
const row = { board: 'left', family: 'rollback', title: 'x' };
const evidence = { file: 'records/left@a.caught/rollback.unconfirmed.x.jsonl', entries: 9, head: 'ab' };
const claim = {
  attack: 'rollback/unconfirmed',
  verdict: 'fail',
  scenario: 'rollback/unconfirmed/x',
  observed: 'x',
  evidence,
} as const;
const proof: Proof = {
  matrix: [
    { ...row, flaw: 'a/caught', claims: [claim], caught: true },
    { ...row, flaw: 'a/missed', claims: [{ ...claim, verdict: 'pass' }], caught: false },
    { ...row, flaw: 'a/untested', claims: [], caught: false },
  ],
  forgeries: [],
  falseAlarms: [],
  sound: 4,
  interrupted: false,
  boards: [],
};
const occasion = { id: 'one', bench, seed: 7, startedAt: new Date(0), endedAt: new Date(1000) };

describe('engine/selftest', () => {
  let parent = '';
  before(() => (parent = mkdtempSync(join(tmpdir(), 'assay-selftest-'))));
  after(() => rmSync(parent, { recursive: true, force: true }));

  const written = () => {
    const folder = RunFolder.create(parent, 7, new Date(0));
    return { folder, made: writeSelfTest(folder, selfTestOf(proof, occasion)) };
  };

  it('tells what was caught, what was missed, and what no attack bears on', () => {
    const { citation } = written().made;
    assert.deepEqual(
      [citation.caught, citation.missed, citation.untested],
      [['a/caught'], ['a/missed'], ['a/untested']],
    );
    assert.equal(citation.verdict, 'fail');
  });

  it('passes only where something was caught, nothing missed, nobody blamed and nothing stopped', () => {
    const { flaws } = selfTestOf(proof, occasion);
    const [caught, missed, untested] = flaws;
    assert.ok(caught !== undefined && missed !== undefined && untested !== undefined);
    const alarm = { board: 'left', scenario: 's', verdict: 'fail' };
    const of = (some: typeof flaws, interrupted = false, falseAlarms: (typeof alarm)[] = []) =>
      selfTestVerdict({ flaws: some, falseAlarms, missed: [] }, interrupted);
    assert.deepEqual(
      [of([caught]), of([caught, untested]), of([caught], true), of([untested]), of([missed])],
      ['pass', 'pass', 'incomplete', 'incomplete', 'fail'],
    );
    assert.equal(of([caught], false, [alarm]), 'fail');
    const forgery = { board: 'left', flaw: 'a/caught', forgery: 'unsigned/hash-only' };
    assert.equal(selfTestVerdict({ flaws: [caught], falseAlarms: [], missed: [forgery] }, false), 'fail');
  });

  it('names the record that shows each flaw', () => {
    const { attack, verdict, scenario } = claim;
    const { file, head } = evidence;
    assert.deepEqual(selfTestOf(proof, occasion).flaws[0]?.shown, [
      { attack, verdict, scenario, file, head },
    ]);
  });

  it('calls untested what it did not come to', () => {
    const idle = { ...claim, verdict: 'inconclusive', scenario: null, evidence: null } as const;
    const matrix = [{ ...row, flaw: 'a/late', claims: [claim, idle], caught: false }];
    const stopped = selfTestOf({ ...proof, matrix, interrupted: true }, occasion);
    assert.deepEqual([stopped.flaws[0]?.outcome, stopped.verdict], ['untested', 'incomplete']);
  });

  it('is read back as it was written, by its folder or its file', () => {
    const { folder, made } = written();
    assert.deepEqual(loadSelfTest(folder.path, bench), made);
    assert.deepEqual(loadSelfTest(join(folder.path, SELFTEST_FILE), bench), made);
  });

  it('is refused where it was changed, is of another bench, or is not there', () => {
    const { folder } = written();
    const file = join(folder.path, SELFTEST_FILE);
    assert.throws(() => loadSelfTest(file, { ...bench, id: 'other' }), { code: 'selftest-other-bench' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"missed"', '"caught"'));
    assert.throws(() => loadSelfTest(file, bench), { code: 'selftest-unreadable' });
    for (const text of ['', '[]', 'null', '{"schema":"assay-selftest-1"}']) {
      writeFileSync(file, text);
      assert.throws(() => loadSelfTest(file, bench), { code: 'selftest-unreadable' });
    }
    assert.throws(() => loadSelfTest(join(parent, 'nowhere'), bench), { code: 'selftest-unreadable' });
  });
});
