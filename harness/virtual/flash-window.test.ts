import assert from 'node:assert/strict';
import { FlashWindow } from '#virtual/flash-window.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { PowerLost, Storage } from '#virtual/storage.ts';

const SHAPE = { size: 0x4000, page: 0x1000, word: 4, fuses: 2, kind: 'nrf52-nvmc' as const };

function setting() {
  const clock = new SimClock();
  const storage = new Storage(SHAPE);
  storage.write(0, new Uint8Array(0x2000));
  const window = new FlashWindow(storage, clock, { erasePage: 10, writeWord: 1, burnFuse: 5 });
  const work = () => {
    storage.erase(0, 0x1000);
    storage.write(0x2000, new Uint8Array(16).fill(0x11));
    storage.burn(0, 1);
    return 'done';
  };
  return { clock, storage, window, work };
}

describe('virtual/flash-window', () => {
  it('tells how long the work keeps the chip busy', () => {
    const { window, work } = setting();
    assert.deepEqual(window.run(work), { value: 'done', ms: 10 + 4 + 5 });
    assert.deepEqual(
      window.run(() => 'reading only'),
      { value: 'reading only', ms: 0 },
    );
  });

  it('puts flash back to where it was at the moment of the cut', async () => {
    const erased = (bytes: Uint8Array) => bytes.every((byte) => byte === 0xff);
    const { clock, storage, window, work } = setting();
    const first = storage.operations;
    window.run(work);
    await clock.sleep(12);
    const lost = window.interrupt(1);
    assert.deepEqual([lost?.operation.kind, lost?.index], ['write', first + 1]);
    assert.ok(erased(storage.bytes.subarray(0, 0x1000)));
    const torn = storage.bytes.subarray(0x2000, 0x2010);
    assert.ok(torn.includes(0x11) && torn.includes(0xff));
    assert.equal(storage.fuses[0], 0);
    assert.equal(window.interrupt(1), null);
  });

  it('has nothing to undo when the time is over, or a debugger took over', async () => {
    for (const end of ['time', 'halt'] as const) {
      const { clock, storage, window, work } = setting();
      window.run(work);
      const whole = storage.digest();
      if (end === 'time') await clock.sleep(19);
      else window.close();
      assert.equal(window.interrupt(1), null);
      assert.equal(storage.digest(), whole);
    }
  });

  it('lets a cut armed in storage through, and others watch the operations', () => {
    const { storage, window, work } = setting();
    let seen = 0;
    storage.onOperation = () => (seen += 1);
    storage.arm({ index: 1, tear: 'before', seed: 0 });
    assert.throws(() => window.run(work), PowerLost);
    assert.equal(seen, 2);
    window.run(work);
    assert.equal(seen, 5);
  });
});
