import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
    assert.match(made.stdout, /6 caught, 0 missed, 0 that no attack here bears on, 0 false alarms/);
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

  it('refuses to cite what is no self-test, before anything runs', async () => {
    const run = await assay('run', '--board', 'nrf52840-dk', '--selftest', join(out, 'none'), '--out', out);
    assert.equal(run.exitCode, 64);
    assert.match(run.stderr, /is no self-test that can be cited/);
  });
});
