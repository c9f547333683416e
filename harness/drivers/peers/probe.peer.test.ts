import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer } from '#drivers/peers/probe-gdb.ts';

describe('drivers/peers/probe', function () {
  this.timeout(120_000);

  it('reads and writes a target as gdb does', async function () {
    const lines: string[] = [];
    const result = await peer.run({ count: 30, seed: 7, log: (line) => lines.push(line) });
    if (result.skipped !== undefined) skipBecause(this, result.skipped);
    assert.deepEqual(lines, []);
    assert.ok(result.compared >= 30);
    assert.equal(result.differ, 0);
  });
});
