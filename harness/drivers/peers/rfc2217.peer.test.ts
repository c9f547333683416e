import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer as pyserial } from '#drivers/peers/rfc2217-pyserial.ts';
import { peer as ser2net } from '#drivers/peers/rfc2217-ser2net.ts';

describe('RFC 2217 client', () => {
  for (const peer of [pyserial, ser2net]) {
    it(`carries data, speed and control lines to ${peer.tool}`, async function () {
      this.timeout(20_000);
      await assertAgrees(this, peer, 8);
    });
  }
});
