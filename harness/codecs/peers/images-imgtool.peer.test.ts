import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer } from '#codecs/peers/images-imgtool.ts';

describe('MCUboot images against imgtool, drawn at random', () => {
  it('both sides make, verify and show the same images', async function () {
    await assertAgrees(this, peer, 10);
  });
});
