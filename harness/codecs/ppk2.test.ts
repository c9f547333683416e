import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PPK2_NOMINAL, ppk2About } from '#codecs/ppk2-calibration.ts';
import {
  ppk2Metadata,
  ppk2Mode,
  ppk2Power,
  ppk2Reset,
  ppk2Start,
  ppk2Stop,
  ppk2Voltage,
} from '#codecs/ppk2-commands.ts';
import { ppk2Load, Ppk2Reader } from '#codecs/ppk2-samples.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const text = (value: string) => Buffer.from(value, 'latin1');

/** A sample as the kit sends it. */
function sample(reading: number, range: number, counter = 0, logic = 0): Uint8Array {
  const bytes = new Uint8Array(4);
  const word = reading + range * 2 ** 14 + (counter % 64) * 2 ** 18 + logic * 2 ** 24;
  new DataView(bytes.buffer).setUint32(0, word, true);
  return bytes;
}

describe('codecs/ppk2', () => {
  it('sends the bytes that the vendor’s application sends', () => {
    assert.deepEqual([ppk2Metadata(), ppk2Start(), ppk2Stop(), ppk2Reset()].map(hex), [
      '19',
      '06',
      '07',
      '20',
    ]);
    assert.deepEqual([ppk2Power(true), ppk2Power(false)].map(hex), ['0c01', '0c00']);
    assert.deepEqual([ppk2Mode('ampere'), ppk2Mode('source')].map(hex), ['1101', '1102']);
    assert.deepEqual([800, 3300, 5000].map(ppk2Voltage).map(hex), ['0d0320', '0d0ce4', '0d1388']);
    for (const wrong of [799, 5001, 3300.5, Number.NaN]) assert.throws(() => ppk2Voltage(wrong), RangeError);
  });

  it('reads a calibration, and keeps what is missing, zero or no number', () => {
    assert.equal(ppk2About(text('Calibrated: 1\nR0: 1003.3\n')), null);
    const about = ppk2About(
      text('Calibrated: 1\nR0: 1003.3\nR1: 0\nO4: -nan\nGS2: 0.99\nHW: 9173\nmode: 2\nEND'),
    );
    assert.deepEqual([about?.calibrated, about?.hardware], [true, '9173']);
    assert.deepEqual(about?.calibration.r, [1003.3, ...PPK2_NOMINAL.r.slice(1)]);
    assert.deepEqual(about.calibration.o, PPK2_NOMINAL.o);
    assert.equal(about.calibration.gs[2], 0.99);
    assert.throws(() => ppk2About(new Uint8Array(20_000).fill(0x41)), {
      name: 'BenchError',
      code: 'ppk2-metadata',
    });
  });

  it('converts a reading by its range: steps of 1.8 V / 163840 over the shunt', () => {
    for (const [range, ohm] of PPK2_NOMINAL.r.entries()) {
      const [only] = new Ppk2Reader(PPK2_NOMINAL, 3000).push(sample(1000, range, 5, 0x81));
      const raw = (4000 * 1.8) / 163_840 / ohm;
      assert.ok(Math.abs((only?.microamps ?? 0) / 1e6 - raw * (raw + 1)) < 1e-12);
      assert.deepEqual([only?.counter, only?.logic], [5, 0x81]);
    }
  });

  it('averages for three samples after a change of range', () => {
    const calm = Array.from({ length: 10 }, () => sample(100, 1));
    const after = Array.from({ length: 6 }, () => sample(100, 2));
    const read = new Ppk2Reader(PPK2_NOMINAL, 3000).push(Buffer.concat([...calm, ...after]));
    const values = read.map(({ microamps }) => microamps);
    const settled = values.at(-1) ?? 0;
    assert.deepEqual(
      values.slice(10).map((value) => value === settled),
      [false, false, false, true, true, true],
    );
  });

  it('reads the same samples however the port chops them up, and sums them up', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        const whole = new Ppk2Reader(PPK2_NOMINAL, 3000).push(bytes);
        const reader = new Ppk2Reader(PPK2_NOMINAL, 3000);
        const pieces = [];
        for (let at = 0; at < bytes.length; at += size)
          pieces.push(...reader.push(bytes.slice(at, at + size)));
        assert.deepEqual(pieces, whole);
        const load = ppk2Load(whole);
        if (load === null) assert.equal(whole.length, 0);
        else assert.ok(load.peakUa >= load.averageUa - 1e-6 * Math.abs(load.averageUa));
      }),
    );
  });
});
