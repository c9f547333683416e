import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer } from '#drivers/peers/dfu-nrfutil.ts';

/** Two updates and one that is refused; the whole is `npm run peers -- dfu`. */
const COUNT = 3;

describe("Nordic's Secure DFU", () => {
  it('works with nrfutil, and our client sends what nrfutil sends', async function () {
    this.timeout(60_000);
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const { compared, differ, skipped } = await peer.run({ count: COUNT, seed: 1, log });
    if (skipped !== undefined) skipBecause(this, skipped);
    assert.deepEqual({ compared, differ }, { compared: COUNT, differ: 0 }, lines.join('\n'));
  });
});
