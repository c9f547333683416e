import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer } from '#drivers/peers/esptool-loader.ts';

/** Detection, a write each way and the frames beside it; the whole is `npm run peers -- esptool`. */
const COUNT = 4;

describe('serial loader of the ESP32', () => {
  it('works with esptool, and our client sends what esptool sends', async function () {
    this.timeout(60_000);
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const { compared, differ, skipped } = await peer.run({ count: COUNT, seed: 1, log });
    if (skipped !== undefined) skipBecause(this, skipped);
    assert.deepEqual({ compared, differ }, { compared: COUNT, differ: 0 }, lines.join('\n'));
  });
});
