import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer } from '#drivers/peers/dfu-nrfutil.ts';

describe("Nordic's Secure DFU", () => {
  // Two updates and one that is refused; the whole is `npm run peers -- dfu`.
  it('works with nrfutil, and our client sends what nrfutil sends', async function () {
    this.timeout(60_000);
    await assertAgrees(this, peer, 3);
  });
});
