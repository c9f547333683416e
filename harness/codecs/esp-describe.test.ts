import assert from 'node:assert/strict';
import { ESP_CHIPS, chipById, chipByName } from '#codecs/esp-chip.ts';
import { describeEspImage } from '#codecs/esp-describe.ts';
import { realFile } from '#codecs/esp-firmware.fixture.ts';
import { parseEspImage } from '#codecs/esp-image.ts';
import { golden } from '../../boards/esp32-devkitc/golden.ts';

describe('describing ESP-IDF images', () => {
  it('tells of a real application what the vendor tool tells', function () {
    const found = describeEspImage(parseEspImage(realFile(this, 'esp32-hello-world', 'hello_world.bin')));
    assert.equal(found.chip, 'esp32');
    assert.deepEqual(found.flash, { mode: 'dio', frequency: '40m', size: '2MB' });
    assert.equal(found.app?.projectName, 'hello_world');
    assert.equal(found.app.idfVersion, 'v5.0.1-751-g96c4ec8df2');
    assert.equal(found.bootloader, null);
    assert.equal(found.segments[0]?.fileOffset, 0x20);
  });

  it('tells of a real boot loader what the vendor tool tells', function () {
    const found = describeEspImage(parseEspImage(realFile(this, 'esp32c3-hello-world', 'bootloader.bin')));
    assert.equal(found.chip, 'esp32c3');
    assert.equal(found.app, null);
    assert.equal(found.bootloader?.idfVersion, 'v6.0-dev-2079-g3655d4cdca');
  });

  it('has no name for what has none', () => {
    const image = parseEspImage(golden.bytes);
    const odd = {
      ...image.header,
      chipId: 0xffff,
      spiMode: 9,
      spiSpeed: 7,
      spiSize: 15,
      maxChipRevision: 65535,
    };
    const found = describeEspImage({ ...image, header: odd, segments: [] });
    assert.deepEqual([found.chip, found.app, found.bootloader], [null, null, null]);
    assert.deepEqual(found.flash, { mode: null, frequency: null, size: null });
    assert.equal(found.maxChipRevision, '655.35');
  });

  it('knows each chip by one id and one name', () => {
    for (const chip of ESP_CHIPS) {
      assert.equal(chipById(chip.id), chip);
      assert.equal(chipByName(chip.name), chip);
    }
    assert.equal(chipByName('esp8266'), undefined);
  });
});
