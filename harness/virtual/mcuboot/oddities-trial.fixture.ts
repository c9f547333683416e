import assert from 'node:assert/strict';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import { bench, running, traceOf, update, upload } from '#virtual/mcuboot/modes.fixture.ts';
import { onTrial, staged, TORN, versions, type Shown } from '#virtual/mcuboot/oddities.fixture.ts';
import { writeCell } from '#virtual/mcuboot/trailer.ts';

/** What makes a trial end otherwise than it should, or never. */
export const oddTrials: Shown = {
  'mcuboot/torn-copy-done'(mode) {
    const made = staged(mode);
    const trace = traceOf(made.chip, () => void made.chip.boot());
    for (const operation of trace.slice(0, -1)) made.chip.storage.apply(operation);
    writeCell(made.primary, made.primary.at.copyDone, [TORN]);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
  },
  'mcuboot/consumed-trial'(mode) {
    const made = staged(mode);
    for (const operation of traceOf(made.chip, () => void made.chip.boot())) {
      made.chip.storage.apply(operation);
    }
    assert.deepEqual(versions(made), ['1.2.0', '1.2.0', '1.2.0']);
  },
  'mcuboot/torn-confirmation'(mode) {
    const made = onTrial(mode);
    writeCell(made.primary, made.primary.at.imageOk, [TORN]);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
    assert.deepEqual(
      traceOf(made.chip, () => assert.equal(made.chip.images.confirm(), IMAGE_ERROR.ok)),
      [],
    );
    assert.equal(storedCounter(made.chip.storage), 2);
  },
  'mcuboot/torn-request'(mode) {
    const made = bench(mode);
    upload(made.chip, update);
    writeCell(made.secondary, made.secondary.at.magic, [0x77, 0xc2, 0x95, 0xf3]);
    assert.deepEqual(versions(made), ['1.2.0', '1.2.0', '1.2.0']);
    assert.equal(made.chip.images.setPending(null, false), IMAGE_ERROR.headerMagic);
  },
  'mcuboot/final-request-becomes-trial'(mode) {
    const made = bench(mode);
    upload(made.chip, update);
    const [magic] = traceOf(made.chip, () => void made.chip.images.setPending(null, true));
    made.chip.storage.apply(magic ?? assert.fail('nothing is written'));
    assert.deepEqual(versions(made), ['1.3.0', '1.2.0', '1.2.0']);
  },
  'mcuboot/endless-revert'(mode) {
    const made = onTrial(mode);
    made.secondary.scramble();
    for (let boot = 0; boot < 3; boot++) {
      const trace = traceOf(made.chip, () => assert.equal(running(made.chip).version, '1.3.0'));
      assert.deepEqual(
        trace.map(({ kind }) => kind),
        ['erase'],
      );
      assert.equal(running(made.chip).confirmed, false);
    }
  },
};
