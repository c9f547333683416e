import assert from 'node:assert/strict';
import { encodeSlip } from '#codecs/slip.ts';
import { rng } from '#fuzz/rng.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { DfuSerialTarget } from '#virtual/nordic-dfu/serial-target.ts';
import { type Fault, fieldChip, NEW_BUILD, OLD_BUILD, somePackage } from '#drivers/peers/dfu/board.ts';
import { WiredLine } from '#drivers/channel/wired-line.fixture.ts';
import { DfuUpdate } from '#drivers/update/dfu.ts';

const calm = { signal: new AbortController().signal };
const SIZE = 10_000;

/** A virtual board; what it hears and says goes through `meddle`, which may lose it (null). */
function board(meddle: (bytes: Uint8Array, direction: 'in' | 'out') => Uint8Array | null = (bytes) => bytes) {
  const chip = fieldChip();
  const lines: WiredLine[] = [];
  const target = new DfuSerialTarget({
    chip,
    send: (bytes) => {
      const said = meddle(bytes, 'out');
      if (said !== null) lines.at(-1)?.say(said);
    },
  });
  const hear = (bytes: Uint8Array) => {
    const heard = meddle(bytes, 'in');
    if (heard !== null) target.receive(heard);
  };
  const enter = () => {
    const line = new WiredLine(hear);
    lines.push(line);
    return Promise.resolve(line);
  };
  return { chip, lines, enter };
}

/** Deadlines on simulated time, which passes while nothing else happens. */
function offer(enter: () => Promise<WiredLine>, bytes: Uint8Array, receipts = 2) {
  return new DfuUpdate({ clock: new SimClock(), enter, receipts }).offer(bytes, calm);
}

describe('drivers/update/dfu', () => {
  for (const receipts of [0, 1, 3]) {
    it(`updates a board for good, a receipt after every ${receipts} packets`, async () => {
      const { chip, lines, enter } = board();
      const receipt = await offer(enter, somePackage(SIZE, 1), receipts);
      assert.equal(receipt.accepted, true);
      assert.equal(chip.boot().app?.buildId, NEW_BUILD);
      assert.deepEqual(
        lines.map(({ isClosed }) => isClosed),
        [true],
      );
    });
  }

  it('tells a refusal, in the words of the boot loader, from trouble of the line', async () => {
    const cases: readonly (readonly [Fault, RegExp])[] = [
      ['older', /0x0b 0x05: firmware version too low/],
      ['foreign', /0x05: invalid object/],
      ['hardware', /0x0b 0x06: wrong hardware version/],
    ];
    for (const [fault, reason] of cases) {
      const { chip, enter } = board();
      const receipt = await offer(enter, somePackage(SIZE, 1, fault));
      assert.ok(!receipt.accepted && receipt.step === 'verify', fault);
      assert.match(receipt.reason, reason);
      assert.equal(chip.boot().app?.buildId, OLD_BUILD);
    }
    const noPackage = await offer(board().enter, Uint8Array.of(1, 2, 3));
    assert.ok(!noPackage.accepted && noPackage.step === 'upload');
  });

  it('sends a page again whose packets were lost, and goes on where a broken transfer got to', async () => {
    let packets = 0;
    const lossy = board((bytes, direction) => (direction === 'in' && ++packets === 60 ? null : bytes));
    assert.equal((await offer(lossy.enter, somePackage(SIZE, 1), 0)).accepted, true);
    assert.equal(lossy.chip.boot().app?.buildId, NEW_BUILD);

    let [isDead, said] = [false, 0];
    const dying = board((bytes, direction) => {
      if (direction === 'out') said += 1;
      if (said > 120) isDead = true;
      return isDead ? null : bytes;
    });
    await assert.rejects(offer(dying.enter, somePackage(SIZE, 1), 1), { code: 'dfu-silent' });
    [isDead, said] = [false, -1000];
    assert.equal((await offer(dying.enter, somePackage(SIZE, 1), 1)).accepted, true);
    assert.equal(dying.chip.boot().app?.buildId, NEW_BUILD);
    assert.ok(dying.lines.every(({ isClosed }) => isClosed));
  });

  it('gives a clear error for a line that is silent, babbles, or damages what is said; and lets go of it', async () => {
    const random = rng(3, 'dfu line');
    const cases: readonly (readonly [
      string,
      (bytes: Uint8Array, way: 'in' | 'out') => Uint8Array | null,
      RegExp,
    ])[] = [
      ['silent', () => null, /dfu-silent/],
      ['noise', (bytes, way) => (way === 'out' ? random.bytes(40) : bytes), /dfu-silent/],
      [
        'stuck',
        (_, way) => (way === 'out' ? encodeSlip(Uint8Array.of(0x60, 0x09, 1, 1)) : _),
        /dfu-(silent|malformed)/,
      ],
      [
        'cut',
        (bytes, way) => (way === 'out' && bytes.length > 8 ? bytes.subarray(0, 5) : bytes),
        /dfu-(silent|malformed)/,
      ],
    ];
    for (const [name, meddle, code] of cases) {
      const { lines, enter } = board(meddle);
      await assert.rejects(
        offer(enter, somePackage(500, 1)),
        (error: { code?: string }) => code.test(error.code ?? ''),
        name,
      );
      assert.ok(lines.every(({ isClosed }) => isClosed));
    }
  });
});
