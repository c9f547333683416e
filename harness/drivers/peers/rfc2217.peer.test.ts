import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer as pyserial } from '#drivers/peers/rfc2217-pyserial.ts';
import { peer as ser2net } from '#drivers/peers/rfc2217-ser2net.ts';

describe('RFC 2217 client', () => {
  for (const peer of [pyserial, ser2net]) {
    it(`carries data, speed and control lines to ${peer.tool}`, async function () {
      this.timeout(20_000);
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      const { compared, differ, skipped } = await peer.run({ count: 8, seed: 1, log });
      if (skipped !== undefined) skipBecause(this, skipped);
      assert.deepEqual({ compared, differ, lines }, { compared: 8, differ: 0, lines: [] });
    });
  }
});
