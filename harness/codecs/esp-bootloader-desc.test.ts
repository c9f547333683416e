import assert from 'node:assert/strict';
import fc from 'fast-check';
import { APP_DESCRIPTOR_AT, decodeAppDescriptor, encodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import {
  BOOTLOADER_DESCRIPTOR_LENGTH,
  BOOTLOADER_DESCRIPTOR_MAGIC,
  decodeBootloaderDescriptor,
  encodeBootloaderDescriptor,
} from '#codecs/esp-bootloader-desc.ts';
import { realFile } from '#codecs/esp-firmware.fixture.ts';

describe('ESP-IDF descriptors', () => {
  it('reads the boot loader descriptor of a real build', function () {
    const bytes = realFile(this, 'esp32c3-hello-world', 'bootloader.bin').subarray(APP_DESCRIPTOR_AT);
    const descriptor = decodeBootloaderDescriptor(bytes);
    assert.equal(descriptor?.magic, BOOTLOADER_DESCRIPTOR_MAGIC);
    assert.equal(descriptor.idfVersion, 'v6.0-dev-2079-g3655d4cdca');
    assert.deepEqual(encodeBootloaderDescriptor(descriptor), bytes.slice(0, BOOTLOADER_DESCRIPTOR_LENGTH));
  });

  it('finds none in a build that is older than the descriptor', function () {
    const bytes = realFile(this, 'esp32-hello-world', 'bootloader.bin').subarray(APP_DESCRIPTOR_AT);
    assert.notEqual(decodeBootloaderDescriptor(bytes)?.magic, BOOTLOADER_DESCRIPTOR_MAGIC);
  });

  it('keeps every byte of either descriptor', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 80, maxLength: 80 }), (bytes) => {
        const descriptor = decodeBootloaderDescriptor(bytes);
        assert.ok(descriptor);
        assert.deepEqual(encodeBootloaderDescriptor(descriptor), bytes);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (bytes) => {
        const descriptor = decodeAppDescriptor(bytes);
        assert.ok(descriptor);
        assert.deepEqual(encodeAppDescriptor(descriptor), bytes);
      }),
    );
    assert.equal(decodeBootloaderDescriptor(new Uint8Array(79)), null);
    assert.equal(decodeAppDescriptor(new Uint8Array(255)), null);
  });
});
