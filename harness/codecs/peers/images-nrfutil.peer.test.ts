import assert from 'node:assert/strict';
import { peer } from '#codecs/peers/images-nrfutil.ts';
import { skipBecause } from '#contracts/skip.ts';

const SLOW = 60_000;

describe('Nordic DFU beside nrfutil', function () {
  this.timeout(SLOW);

  it('agrees on fourteen files, two of each kind', async function () {
    const lines: string[] = [];
    const { compared, differ, skipped } = await peer.run({
      count: 14,
      seed: 20_260_101,
      log: (line) => void lines.push(line),
    });
    if (skipped !== undefined) skipBecause(this, skipped);
    assert.deepEqual({ compared, differ, lines }, { compared: 14, differ: 0, lines: [] });
  });
});
