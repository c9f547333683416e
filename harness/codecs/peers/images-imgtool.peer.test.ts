import assert from 'node:assert/strict';
import { peer } from '#codecs/peers/images-imgtool.ts';
import { skipBecause } from '#contracts/skip.ts';

describe('MCUboot images against imgtool, drawn at random', () => {
  it('both sides make, verify and show the same images', async function () {
    const differences: string[] = [];
    const result = await peer.run({ count: 10, seed: 1, log: (line) => differences.push(line) });
    if (result.skipped !== undefined) skipBecause(this, result.skipped);
    assert.deepEqual(differences, []);
    assert.equal(result.compared, 10);
  });
});
