import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rng } from '#fuzz/rng.ts';
import { RealClock } from '#drivers/clock.ts';
import { EspLoader } from '#drivers/probe/esp-loader/loader.ts';
import { LoaderLine, type LoaderLineOptions } from '#drivers/probe/esp-loader/loader-line.fixture.ts';
import type { EspLoaderSettings } from '#drivers/probe/esp-loader/prepare.ts';
import { ESP32, ESP32S3 } from '#virtual/esp-idf/chip-models.ts';
import { ESP_SHAPE } from '#virtual/esp-idf/provision.ts';
import { provisionFuses } from '#virtual/esp-idf/fuses.ts';
import { Storage } from '#virtual/storage.ts';

const calm = { signal: new AbortController().signal };

async function opened(options: LoaderLineOptions = {}, settings: EspLoaderSettings = {}) {
  const line = new LoaderLine(options);
  return { line, loader: await EspLoader.open(line, new RealClock(), settings, calm) };
}

/** Half noise, half what compresses. */
function content(length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0x42);
  bytes.set(rng(1, 'content').bytes(length >> 1));
  return bytes;
}

function locked(model: typeof ESP32): Storage {
  const storage = new Storage(ESP_SHAPE);
  provisionFuses(storage, { keyDigests: [new Uint8Array(32).fill(0xab)], secureVersion: 3 }, model.keySlots);
  return storage;
}

describe('drivers/probe/esp-loader', function () {
  this.timeout(20_000);

  for (const stub of [undefined, false] as const) {
    const name = stub === false ? 'the ROM alone' : 'the stub';
    it(`writes, reads, erases and digests through ${name}, and starts the application`, async () => {
      const { line, loader } = await opened({}, stub === undefined ? {} : { stub });
      assert.deepEqual(
        [loader.chip.name, loader.isStub, loader.flashSize],
        ['esp32', stub !== false, 0x400000],
      );
      for (const [at, bytes, compress] of [
        [0x11_0000, content(40_001), true],
        [0x30_0000, content(20_000), false],
        [0x20_0000, Uint8Array.from(randomBytes(5000)), true],
      ] as const) {
        await loader.write(at, bytes, { ...calm, compress });
        assert.deepEqual(line.storage.bytes.slice(at, at + bytes.length), bytes);
        assert.deepEqual(await loader.read(at + 1, 4999, calm), bytes.slice(1, 5000));
      }
      await loader.erase(0x11_0000, 0x1000, calm);
      assert.equal(line.storage.bytes[0x11_0fff], 0xff);
      assert.equal(line.storage.bytes[0x11_1000], content(40_001)[0x1000]);
      assert.equal(await loader.registers.mac(calm), '02:00:a5:5a:00:01');
      assert.equal(await loader.run(calm), true);
      assert.deepEqual([line.starts, line.isClosed, line.loader.efuseWrites], [1, true, 0]);
    });
  }

  it('tells the protections of an ESP32 and of an ESP32-S3 with Secure Boot, whose ROM does not jump', async () => {
    const old = await opened({ storage: locked(ESP32) });
    const efuses = await old.loader.efuses(calm);
    assert.deepEqual(
      [efuses['ABS_DONE_1'], efuses['SECURE_VERSION'], efuses['BLK2']],
      ['1', '3', 'ab'.repeat(32)],
    );
    const { loader } = await opened({ model: ESP32S3, storage: locked(ESP32S3) });
    assert.deepEqual([loader.chip.name, loader.isStub, loader.securityInfo?.chipId], ['esp32s3', true, 9]);
    const newer = await loader.efuses(calm);
    assert.deepEqual(
      [
        newer['SECURE_BOOT_EN'],
        newer['SECURE_BOOT_KEY_REVOKE1'],
        newer['KEY_PURPOSE_0'],
        newer['BLOCK_KEY0'],
      ],
      ['1', '1', '9', 'ab'.repeat(32)],
    );
  });

  it('works without reading in Secure Download Mode', async () => {
    const { line, loader } = await opened({ model: ESP32S3, secureDownload: true });
    assert.equal(loader.isStub, false);
    await loader.write(0, content(4096), calm);
    assert.deepEqual(line.storage.bytes.slice(0, 4096), content(4096));
    assert.throws(() => loader.read(0, 16, calm), { code: 'loader-secure-download' });
    assert.deepEqual(await loader.efuses(calm), { ENABLE_SECURITY_DOWNLOAD: '1' });
  });

  it('finds a chip that stands in its loader already, on a port without control lines', async () => {
    const { line, loader } = await opened({ hasLines: false });
    await loader.write(0, content(100), calm);
    assert.equal(await loader.run(calm), false);
    assert.equal(line.isClosed, true);
  });

  it('erases a whole chip only where the bench file permits it, and never writes to the eFuses', async () => {
    const { loader } = await opened();
    await assert.rejects(loader.massErase(calm), { code: 'not-permitted' });
    await assert.rejects(loader.registers.write(0x3ff5a01c, 1, calm), { code: 'efuse-write' });
    const { line, loader: free } = await opened({}, { permissions: ['mass-erase'] });
    await free.write(0, content(4096), calm);
    await free.massErase(calm);
    assert.equal(line.storage.bytes[0], 0xff);
  });

  it('blames the caller for addresses outside the chip or inside a sector', async () => {
    const { loader } = await opened();
    const blamed = { name: 'UsageError', code: 'flash-address' };
    assert.throws(() => loader.read(0x40_0000, 1, calm), blamed);
    assert.throws(() => loader.write(0x10, content(16), calm), blamed);
    assert.throws(() => loader.erase(-0x1000, 0x1000, calm), blamed);
  });
});
