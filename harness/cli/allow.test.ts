import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';

const NODE = ['--conditions=source', '--import', 'tsx', 'harness/cli/main.ts'];
const ATTACK = 'fuzzed-wireless/ble-known/long-write';

describe('attacks over the air', () => {
  const folder = temporaryFolder();

  /** Runs one LE attack on the virtual bench, with another allow list. */
  function attack(allow: string) {
    const bench = join(folder(), 'air.mts');
    const virtual = JSON.stringify(resolve('boards/benches/virtual.ts'));
    const lines = [
      `import { bench as virtual } from ${virtual};`,
      `export const bench = { ...virtual, allow: ${allow} };`,
    ];
    writeFileSync(bench, lines.join('\n'));
    const out = join(folder(), 'runs');
    const args = [
      'run',
      '--bench',
      bench,
      '--scenario',
      ATTACK,
      '--seed',
      '1',
      '--format',
      'json',
      '--out',
      out,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...NODE, ...args], { encoding: 'utf8' });
    return { status, told: stdout + stderr, started: existsSync(out) };
  }

  it('are not started on a bench that has no allow list', () => {
    const { status, told, started } = attack('undefined');
    assert.deepEqual([status, started], [64, false], told);
    assert.match(told, /C4:52:84:00:00:01\/random, which the bench virtual does not allow/);
    assert.match(told, /expected: +an allow list in the bench file; it has none/);
  });

  it('run on an address that it names', () => {
    const { status, told } = attack("['c4:52:84:00:00:01']");
    assert.equal(status, 0, told);
    assert.match(told, /pass +nrf52840-dk +fuzzed-wireless\/ble-known\/long-write/);
  });
});
