import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer as ppk2 } from '#drivers/peers/power-ppk2.ts';
import { peer as scpi } from '#drivers/peers/power-scpi.ts';
import { peer as tasmota } from '#drivers/peers/power-tasmota.ts';

/** The long sweep is `npm run peers -- power`. */
const COUNTS = [
  [ppk2, 6],
  [scpi, 3],
  [tasmota, 2],
] as const;

describe('power instruments beside programs of others', () => {
  for (const [peer, count] of COUNTS) {
    it(`${peer.name} agrees with ${peer.tool}`, async function () {
      this.timeout(30_000);
      await assertAgrees(this, peer, count);
    });
  }
});
