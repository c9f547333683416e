import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { qemuThere } from '../../boards/microbit/qemu-there.fixture.ts';
import { existsSync } from 'node:fs';
import { assay } from './fake-streams.fixture.ts';

interface Document {
  readonly fit: boolean;
  readonly findings: readonly {
    readonly board: string | null;
    readonly check: string;
    readonly state: string;
  }[];
}

describe('assay doctor', () => {
  it('finds the virtual bench fit, as text and as a document', async () => {
    const { exitCode, stdout } = await assay('doctor', '--board', 'nrf52840-dk');
    assert.equal(exitCode, 0);
    assert.match(stdout, /\d+ well, 0 doubtful, 0 broken, 1 unknown/);
    const asked = await assay('doctor', '--board', 'nrf52840-dk', '--json');
    assert.equal((JSON.parse(asked.stdout) as Document).fit, true);
  });

  it('refuses a board that the bench does not have', async () => {
    const { exitCode, stderr } = await assay('doctor', '--board', 'nrf52840-dkk');
    assert.equal(exitCode, 64);
    assert.match(stderr, /nrf52840-dk/);
  });

  it('finds the emulated micro:bit fit: console, power, probe, checkpoint', async function () {
    this.timeout(60_000);
    if (!qemuThere()) skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    if (!existsSync('/usr/share/firmware-microbit-micropython/firmware.hex')) {
      skipBecause(this, 'no MicroPython: apt-get install firmware-microbit-micropython');
    }
    const bench = 'boards/benches/qemu-microbit.ts';
    const { exitCode, stdout } = await assay(
      'doctor',
      '--bench',
      bench,
      '--board',
      'microbit-micropython',
      '--json',
    );
    const { findings } = JSON.parse(stdout) as Document;
    assert.equal(exitCode, 0, stdout);
    const well = findings
      .filter(({ board, state }) => board !== null && state === 'well')
      .map(({ check }) => check);
    assert.deepEqual(well, [
      'tool',
      'open',
      'firmware',
      'console-echo',
      'console-garbage',
      'probe-read',
      'device-block',
      'power-cycle',
      'checkpoint',
      'left-running',
    ]);
  });
});
