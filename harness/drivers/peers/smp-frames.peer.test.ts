import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer } from '#drivers/peers/smp-frames.ts';

describe('SMP requests', () => {
  it(`are those of ${peer.tool}, byte for byte, each kind in either version`, async function () {
    this.timeout(20_000);
    await assertAgrees(this, peer, 62);
  });
});
