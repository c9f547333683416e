import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SelfTest } from '#core/selftest.ts';
import type { RunReport } from '#core/record.ts';
import { assay } from './fake-streams.fixture.ts';

describe('cli/selftest', function () {
  this.timeout(120_000);
  let out = '';
  before(() => (out = mkdtempSync(join(tmpdir(), 'assay-selftest-'))));
  after(() => rmSync(out, { recursive: true, force: true }));

  it('says what the virtual rig catches, seals it, and a run cites it', async () => {
    const where = ['--board', 'nrf52840-dk', '--seed', '7', '--out', out];
    const made = await assay('selftest', '--family', 'rollback', ...where);
    assert.equal(made.exitCode, 0, made.stderr);
    assert.match(made.stdout, /6 caught, 0 missed, 0 not tried, 0 false alarms/);
    const [folder = ''] = readdirSync(out);
    const selfTest = JSON.parse(readFileSync(join(out, folder, 'selftest.json'), 'utf8')) as SelfTest;
    assert.deepEqual([selfTest.verdict, selfTest.id, selfTest.seed], ['pass', folder, 7]);
    assert.ok(Object.keys(selfTest.boards[0]?.instruments ?? {}).length > 0);

    const cited = ['--scenario', 'rollback/unconfirmed/nobody-asks', '--selftest', join(out, folder)];
    const run = await assay('run', ...where, ...cited, '--format', 'json,html');
    assert.equal(run.exitCode, 0, run.stderr);
    const runFolder = readdirSync(out).find((name) => name !== folder) ?? '';
    const report = JSON.parse(readFileSync(join(out, runFolder, 'report.json'), 'utf8')) as RunReport;
    assert.deepEqual([report.selfTest?.id, report.selfTest?.caught.length], [folder, 6]);
    assert.match(readFileSync(join(out, runFolder, 'report.html'), 'utf8'), /Rig self-test/);
    assert.equal((await assay('verify', join(out, runFolder))).exitCode, 0);
  });

  it('takes what a run said of the sound board, and refuses where that was altered', async () => {
    const from = mkdtempSync(join(tmpdir(), 'assay-sound-'));
    const where = ['--family', 'rollback', '--board', 'nrf52840-dk'];
    try {
      await assay('run', ...where, '--seed', '7', '--format', 'json', '--out', from);
      const run = join(from, readdirSync(from)[0] ?? '');
      const made = await assay('selftest', ...where, '--sound', run, '--out', join(from, 'made'));
      assert.equal(made.exitCode, 0, made.stderr);
      assert.match(made.stdout, /6 caught, 0 missed/);
      assert.doesNotMatch(made.stdout, /control\/update/);

      const seeded = await assay('selftest', ...where, '--sound', run, '--seed', '7');
      assert.equal(seeded.exitCode, 64);
      assert.match(seeded.stderr, /--sound says what there is to do: --seed cannot be given/);
      appendFileSync(join(run, 'report.json'), ' ');
      const altered = await assay('selftest', ...where, '--sound', run);
      assert.equal(altered.exitCode, 64);
      assert.match(altered.stderr, /cannot be relied on/);
    } finally {
      rmSync(from, { recursive: true, force: true });
    }
  });

  it('refuses to go on with what is no self-test, or with one that is told what to do', async () => {
    const none = await assay('selftest', '--resume', join(out, 'none'));
    assert.equal(none.exitCode, 64);
    assert.match(none.stderr, /is no self-test that can be gone on with/);
    const both = await assay('selftest', '--resume', out, '--sound', out, '--seed', '3');
    assert.equal(both.exitCode, 64);
    assert.match(both.stderr, /--sound, --seed cannot be given/);
  });

  it('refuses to cite what is no self-test, before anything runs', async () => {
    const run = await assay('run', '--board', 'nrf52840-dk', '--selftest', join(out, 'none'), '--out', out);
    assert.equal(run.exitCode, 64);
    assert.match(run.stderr, /is no self-test that can be cited/);
  });
});
