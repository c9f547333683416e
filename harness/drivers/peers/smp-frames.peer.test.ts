import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer } from '#drivers/peers/smp-frames.ts';

describe('SMP requests', () => {
  it(`are those of ${peer.tool}, byte for byte, each kind in either version`, async function () {
    this.timeout(20_000);
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const { compared, differ, skipped } = await peer.run({ count: 62, seed: 1, log });
    if (skipped !== undefined) skipBecause(this, skipped);
    assert.deepEqual({ compared, differ, lines }, { compared: 62, differ: 0, lines: [] });
  });
});
