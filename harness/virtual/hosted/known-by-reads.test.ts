import assert from 'node:assert/strict';
import type { FlashRange } from '#virtual/hosted/chip.ts';
import { KnownByReads } from '#virtual/hosted/known-by-reads.ts';

const part = (address: number, length = 1): FlashRange => ({ address, length });

function memory(...content: readonly number[]) {
  const flash = Uint8Array.from(content);
  const known = new KnownByReads<string>(({ address, length }) =>
    flash.subarray(address, address + length).join(),
  );
  return { flash, known };
}

describe('virtual/hosted/known-by-reads', () => {
  it('knows nothing at first, and then whatever holds the same where was looked', () => {
    const { flash, known } = memory(1, 2, 3, 4);
    assert.equal(known.find(), null);
    known.remember([part(0), part(2)], 'first');
    flash[1] = 9;
    flash[3] = 9;
    assert.equal(known.find()?.value, 'first');
    flash[2] = 9;
    assert.equal(known.find(), null);
  });

  it('tells answers apart by what was read last, and by where was read on', () => {
    const { flash, known } = memory(1, 2, 3, 4);
    known.remember([part(0), part(1)], 'by two');
    flash[1] = 7;
    known.remember([part(0), part(1), part(3)], 'by seven');
    assert.equal(known.find()?.value, 'by seven');
    flash[3] = 5;
    assert.equal(known.find(), null);
    flash[1] = 2;
    assert.equal(known.find()?.value, 'by two');
  });

  it('keeps apart what was watched in parts of different size', () => {
    const { flash, known } = memory(1, 2, 3, 4);
    known.remember([part(0, 4)], 'as a whole');
    flash[3] = 9;
    assert.equal(known.find(), null);
    known.remember([part(0, 2)], 'in part');
    flash[2] = 9;
    assert.equal(known.find()?.value, 'in part');
    assert.equal(memory(1).known.find(), null);
  });

  it('keeps a falsy answer, and one that nothing was read for', () => {
    const { flash, known } = memory(1);
    known.remember([], '');
    flash[0] = 2;
    assert.equal(known.find()?.value, '');
  });
});
