import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSoakState } from './soak-state.ts';

function soak(...args: readonly string[]) {
  const node = ['--conditions=source', '--import', 'tsx', 'harness/cli/soak.ts', ...args];
  return spawnSync(process.execPath, node, { encoding: 'utf8' });
}

describe('soaks', function () {
  this.timeout(20_000);
  const folder = mkdtempSync(join(tmpdir(), 'assay-soak-'));
  const state = join(folder, 'state.json');
  after(() => rmSync(folder, { recursive: true }));

  it('ble: runs, keeps its state, and goes on from there', () => {
    const first = soak('ble', '--cases', '20', '--seed', '1', '--state', state);
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /^20 cases, 0 alarms, 0 leftovers$/m);
    const { next, seed } = JSON.parse(readFileSync(state, 'utf8')) as Record<string, unknown>;
    assert.deepEqual({ next, seed }, { next: 20, seed: 1 });
    const second = soak('ble', '--cases', '30', '--state', state);
    assert.equal(second.status, 0, second.stderr);
    assert.match(second.stdout, /cases 20 to 30/);
  });

  it('refuses a state of another seed', () => {
    const other = soak('ble', '--seed', '2', '--state', state);
    assert.equal(other.status, 64);
    assert.match(other.stderr, /is of the soak ble with seed 1/);
  });

  it('refuses a file that is no state', () => {
    const sound = { soak: 'ble', set: '', seed: 1, next: 0, alarms: [], leftovers: [] };
    const broken = join(folder, 'broken.json');
    for (const value of [
      null,
      7,
      {},
      { ...sound, seed: -1 },
      { ...sound, alarms: [{}] },
      { ...sound, leftovers: [1] },
    ]) {
      writeFileSync(broken, JSON.stringify(value));
      assert.throws(() => readSoakState(broken), { code: 'soak-state' });
    }
    writeFileSync(broken, '{');
    assert.throws(() => readSoakState(broken), { code: 'soak-state' });
    writeFileSync(broken, JSON.stringify(sound));
    assert.deepEqual(readSoakState(broken), sound);
  });

  it('names what there is where the soak is unknown', () => {
    const { status, stderr } = soak('bles');
    assert.equal(status, 64);
    assert.match(stderr, /did you mean ble\?/);
  });
});
