import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { realFile, REAL_BUILDS } from '#codecs/esp-firmware.fixture.ts';
import { parseEspImage } from '#codecs/esp-image.ts';
import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer } from '#codecs/peers/images-esptool.ts';
import { ourInfo } from '#codecs/peers/esptool/describe-case.ts';
import { readInfo } from '#codecs/peers/esptool/info.ts';
import { base64, EsptoolProcess } from '#codecs/peers/esptool/process.ts';

/** Two of each comparison; the long sweep is `npm run peers -- images-esptool`. */
const COUNT = 14;
const SLOW = 60_000;

describe("ESP32 images beside the vendor's esptool", function () {
  this.timeout(SLOW);

  it('agrees with esptool and espsecure about images, signatures and flash layouts', async function () {
    await assertAgrees(this, peer, COUNT);
  });

  for (const build of REAL_BUILDS) {
    it(`tells of ${build} what esptool tells`, async function () {
      const files = ['hello_world.bin', 'bootloader.bin'].map((file) => realFile(this, build, file));
      const started = await EsptoolProcess.start();
      if (started === null) skipBecause(this, 'no python with esptool 5; set ASSAY_ESPTOOL_PYTHON');
      try {
        for (const bytes of files) {
          const { lines } = await started.tools.ask('info', { image: base64(bytes) });
          assert.deepEqual(ourInfo(parseEspImage(bytes)), readInfo(lines));
        }
      } finally {
        await started.tools.stop();
      }
    });
  }
});
