import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer } from '#drivers/peers/esptool-loader.ts';

describe('serial loader of the ESP32', () => {
  // Detection, a write each way and the frames beside it; the whole is `npm run peers -- esptool`.
  it('works with esptool, and our client sends what esptool sends', async function () {
    this.timeout(60_000);
    await assertAgrees(this, peer, 4);
  });
});
