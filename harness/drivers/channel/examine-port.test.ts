import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { BenchError } from '#core/errors.ts';
import { RealClock } from '#drivers/clock.ts';
import { examinePort } from '#drivers/channel/examine-port.ts';
import { openPty } from '#drivers/channel/pty.ts';
import { serial } from '#drivers/channel/serial.ts';
import { stayingNames } from '#drivers/usb/by-id.ts';

async function states(path: string): Promise<Record<string, string>> {
  return Object.fromEntries((await examinePort(path)).map(({ check, state }) => [check, state]));
}

describe('drivers/channel/examine-port', () => {
  it('finds a terminal that nobody has open well, and says who has it otherwise', async function () {
    const pty = await openPty().catch((error: unknown) => {
      if (error instanceof BenchError && error.code === 'no-socat') skipBecause(this, 'no socat');
      throw error;
    });
    try {
      const { 'port-access': access, 'port-lock': lock } = await states(pty.path);
      assert.deepEqual([access, lock], ['well', 'well']);
      const context = { ...calm(), clock: new RealClock(), onLine: () => () => undefined };
      const port = await serial({ path: pty.path }).open(context);
      await port.close();
    } finally {
      await pty.close();
    }
  });

  it('finds a port that is not there, and one that may not be opened', async function () {
    assert.deepEqual(await states('/dev/assay-no-such-port'), { port: 'broken' });
    if (process.getuid?.() === 0) skipBecause(this, 'root may open everything');
    const folder = mkdtempSync(join(tmpdir(), 'assay-port-'));
    writeFileSync(join(folder, 'port'), '');
    chmodSync(join(folder, 'port'), 0);
    assert.equal((await states(join(folder, 'port')))['port-access'], 'broken');
    rmSync(folder, { recursive: true });
  });

  it('knows names that stay by what they stand for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-by-id-'));
    symlinkSync('/dev/null', join(folder, 'usb-SEGGER_J-Link_000683000000-if00'));
    symlinkSync('/dev/no-such-device', join(folder, 'usb-gone'));
    const names = await stayingNames(folder);
    assert.deepEqual([...names], [['/dev/null', join(folder, 'usb-SEGGER_J-Link_000683000000-if00')]]);
    assert.equal((await stayingNames(join(folder, 'none'))).size, 0);
    rmSync(folder, { recursive: true });
  });
});
