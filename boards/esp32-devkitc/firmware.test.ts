import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { APP_DESCRIPTOR_AT, decodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { checkEspImage, parseEspImage } from '#codecs/esp-image.ts';
import { signatureFits } from '#codecs/esp-secure-boot.ts';
import { keyDigest, parseSignatureSector } from '#codecs/esp-signature-block.ts';
import { decodePayload } from '#codecs/payload.ts';
import { esp32Devkitc, esp32DevkitcFactory } from './board.ts';
import { buildImage, PRODUCT } from './firmware.ts';
import { testKeys } from './keys.ts';

const MANIFEST_AT = APP_DESCRIPTOR_AT + 256;
const PADDED = 0x10000;

describe('firmware of the ESP32-DevKitC', () => {
  const image = buildImage({ version: '1.3.0+7', securityCounter: 4, behaviour: 'hangs', seed: 1 });

  it('is 64 KiB and a signature sector, complete and signed by the trusted key', () => {
    assert.equal(image.bytes.length, PADDED + 0x1000);
    const parsed = parseEspImage(image.bytes);
    assert.deepEqual(checkEspImage(parsed), { checksum: true, digest: true });
    assert.equal(parsed.trailer.length, 0x1000, 'checksum and digest end on the MMU page');
    const [block] = parseSignatureSector(image.bytes.subarray(PADDED));
    assert.ok(block && signatureFits(block, hash('sha256', image.bytes.subarray(0, PADDED), 'buffer')));
    assert.equal(Buffer.from(keyDigest(block)).toString('hex'), testKeys.signing.id);
  });

  it('says in descriptor and manifest what was asked for', () => {
    const descriptor = decodeAppDescriptor(image.bytes.subarray(APP_DESCRIPTOR_AT));
    assert.equal(descriptor?.version, '1.3.0+7');
    assert.equal(descriptor.secureVersion, 4);
    assert.equal(descriptor.projectName, PRODUCT);
    assert.equal(Buffer.from(descriptor.elfSha256).toString('hex'), image.identity);
    const manifest = decodePayload(image.bytes.subarray(MANIFEST_AT));
    assert.deepEqual(manifest, { behaviour: 'hangs', product: PRODUCT, buildId: image.buildId });
  });

  it('builds the same bytes from the same spec, and another identity from another', () => {
    const again = buildImage({ version: '1.3.0+7', securityCounter: 4, behaviour: 'hangs', seed: 1 });
    assert.deepEqual(again, image);
    const renamed = buildImage({
      name: 'x',
      version: '1.3.0+7',
      securityCounter: 4,
      behaviour: 'hangs',
      seed: 1,
    });
    assert.equal(renamed.identity, image.identity, 'a name is for people');
    assert.notEqual(buildImage({ version: '1.3.0+7' }).identity, image.identity);
  });

  for (const payloadSize of [0, 1, 64, 0x8000, 0xf000, 0x10000, 0x20001]) {
    it(`pads a payload of ${payloadSize} bytes to whole MMU pages`, () => {
      const { bytes } = buildImage({ version: '1.0.0', payloadSize });
      assert.equal((bytes.length - 0x1000) % PADDED, 0);
      assert.deepEqual(checkEspImage(parseEspImage(bytes)), { checksum: true, digest: true });
    });
  }
});

describe('facts of the ESP32-DevKitC', () => {
  it('name areas that lie in the flash, side by side', () => {
    for (const { areas, flash, updateArea } of [esp32Devkitc, esp32DevkitcFactory]) {
      assert.ok(areas.some(({ name }) => name === updateArea));
      areas.forEach(({ offset, size }, i) => {
        assert.ok(offset + size <= (areas[i + 1]?.offset ?? flash.size));
      });
    }
  });

  it('promise anti-rollback only where ESP-IDF has it', () => {
    assert.ok(esp32Devkitc.protections.downgradeByCounter);
    assert.ok(!esp32DevkitcFactory.protections.downgradeByCounter);
  });
});
