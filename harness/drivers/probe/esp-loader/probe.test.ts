import assert from 'node:assert/strict';
import { describeProbe } from '#contracts/probe.ts';
import { calm } from '#contracts/rigs.ts';
import type { OpenRig } from '#core/rig.ts';
import { SharedLine } from '#drivers/channel/shared-line.ts';
import { RealClock } from '#drivers/clock.ts';
import { LoaderLine } from '#drivers/probe/esp-loader/loader-line.fixture.ts';
import { EspLoaderProbe } from '#drivers/probe/esp-loader/probe.ts';
import { ESP_SHAPE, provisionedContent } from '#virtual/esp-idf/provision.ts';
import { Storage } from '#virtual/storage.ts';
import { esp32Devkitc } from '../../../../boards/esp32-devkitc/board.ts';
import { goldenSetup } from '../../../../boards/esp32-devkitc/golden.ts';
import { PLAIN } from '../../../../boards/esp32-devkitc/profile.ts';

const GOLDEN = provisionedContent(goldenSetup(PLAIN));

function bench() {
  const storage = new Storage(ESP_SHAPE);
  storage.load(GOLDEN);
  const line = new LoaderLine({ storage });
  const shared = new SharedLine(line);
  const clock = new RealClock();
  const probe = new EspLoaderProbe({
    borrow: () => shared.borrow(),
    clock,
    settings: {},
    size: ESP_SHAPE.size,
    restart: () => Promise.resolve(),
  });
  return { storage, line, shared, clock, probe };
}

/** Flash behind a serial loader, and nothing else. */
function rig(): Promise<OpenRig> {
  const { shared, clock, probe, storage } = bench();
  return Promise.resolve({
    board: esp32Devkitc,
    kind: 'virtual',
    clock,
    instruments: {},
    probe,
    prepare: () => Promise.resolve(storage.load(GOLDEN)),
    onConsole: () => () => undefined,
    [Symbol.asyncDispose]: async () => {
      await probe[Symbol.asyncDispose]();
      await shared.console.close();
    },
  });
}

describeProbe('the serial loader', rig);

describe('drivers/probe/esp-loader probe', () => {
  it('starts the application after a read, and stays in the loader after a write', async () => {
    const { line, probe, shared } = bench();
    await probe.read(0, 16, calm());
    assert.equal(line.starts, 1);
    await probe.write(0x11_0010, Uint8Array.of(1, 2, 3), calm());
    await probe.read(0, 16, calm());
    assert.equal(line.starts, 1);
    assert.throws(() => shared.borrow(), { code: 'line-borrowed' });
    await assert.rejects(shared.console.write(Uint8Array.of(1), calm()), { code: 'line-borrowed' });
    await probe.leave('run', calm());
    assert.equal(line.starts, 2);
    await shared.borrow().close();
  });

  it('restores by digest what differs, and counts it as wear', async () => {
    const { storage, line, shared, clock } = bench();
    const erased: number[] = [];
    const probe = new EspLoaderProbe({
      borrow: () => shared.borrow(),
      clock,
      settings: {},
      size: ESP_SHAPE.size,
      restart: () => Promise.resolve(),
      wear: { erased: (address, length) => void erased.push(address, length) },
    });
    const wanted = [{ address: 0x11_0000, bytes: GOLDEN.flash.slice(0x11_0000, 0x15_0000) }];
    storage.erase(0x11_2000, 0x1000);
    assert.equal(await probe.restore(wanted, calm()), 0x1_0000);
    assert.deepEqual(erased, [0x11_0000, 0x1_0000]);
    assert.deepEqual(line.storage.bytes.slice(0x11_0000, 0x15_0000), wanted[0]?.bytes);
    assert.equal(await probe.restore(wanted, calm()), 0);
    await probe.leave('as-it-is', calm());
  });
});
