import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipBecause } from '#contracts/skip.ts';
import type { RunReport } from '#core/record.ts';
import { qemuThere } from './qemu-there.fixture.ts';

const MAIN = fileURLToPath(new URL('../../harness/cli/main.ts', import.meta.url));

/** A vector table, and a branch to itself (0xe7fe). */
const SILENT = Uint8Array.from([0x00, 0x40, 0x00, 0x20, 0x09, 0x00, 0x00, 0x00, 0xfe, 0xe7]);

describe('the micro:bit with firmware that is of no use', function () {
  this.timeout(120_000);
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assay-firmware-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs one scenario with the firmware in a folder, as a user would, and gives what the report says of it. */
  function told(firmware: string) {
    const out = join(folder, 'runs');
    const what = ['--board', 'microbit', '--scenario', 'control/install/smp', '--seed', '1'];
    const args = ['run', '--bench', 'qemu-microbit', ...what, '--format', 'json', '--out', out];
    const env = { ...process.env, ASSAY_FIRMWARE: firmware };
    const { status } = spawnSync(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', MAIN, ...args],
      {
        env,
      },
    );
    assert.equal(status, 2);
    const run = join(out, readdirSync(out)[0] ?? '');
    const { records } = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as RunReport;
    assert.deepEqual(
      records.map(({ verdict }) => verdict),
      ['error'],
    );
    return records[0]?.observed ?? '';
  }

  it('says which file was not built, and how to build it', () => {
    const observed = told(join(folder, 'none'));
    assert.match(observed, /the firmware .*sound\.bin cannot be used/);
    assert.match(observed, /build it: npm run firmware/);
  });

  it('says that it does not boot where nothing is heard of it, and blames no board', function () {
    if (!qemuThere()) skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    for (const part of ['boot', 'app']) {
      const file = join(folder, 'silent/nrf51822', part, 'sound.bin');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, SILENT);
    }
    const observed = told(join(folder, 'silent'));
    assert.match(observed, /the board does not run its golden image, so no scenario can start/);
    assert.match(observed, /no console output; try: build the firmware anew: npm run firmware/);
  });
});
