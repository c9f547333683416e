import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAssayError } from '#core/errors.ts';
import { skipBecause } from '#contracts/skip.ts';
import { reconnectCycles } from './reconnect-cycles.ts';

describe('serial ports, opened and lost again and again', () => {
  it('leave nothing open behind twenty cycles', async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), 'assay-cycles-'));
    try {
      const tally = await reconnectCycles(20, 7, folder);
      assert.deepEqual(tally, { cycles: 20, reconnected: 2, descriptors: 0, handles: 0 });
    } catch (error) {
      if (isAssayError(error) && error.code === 'no-socat') skipBecause(this, 'no socat');
      throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
