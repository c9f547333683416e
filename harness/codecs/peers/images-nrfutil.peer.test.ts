import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer } from '#codecs/peers/images-nrfutil.ts';

const SLOW = 60_000;

describe('Nordic DFU beside nrfutil', function () {
  this.timeout(SLOW);

  it('agrees on fourteen files, two of each kind', async function () {
    await assertAgrees(this, peer, 14);
  });
});
