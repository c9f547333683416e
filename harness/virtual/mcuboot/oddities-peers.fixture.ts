import assert from 'node:assert/strict';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { bench, damage, running, upload } from '#virtual/mcuboot/modes.fixture.ts';
import { TORN, type Shown } from '#virtual/mcuboot/oddities.fixture.ts';
import { REFERENCE_RAM, referenceImage } from '#virtual/mcuboot/reference.ts';
import { writeCell } from '#virtual/mcuboot/trailer.ts';

/** The same update, for RAM. */
const loadable = referenceImage({
  version: '1.3.0',
  counter: 3,
  manner: { ramAddress: REFERENCE_RAM.start },
});

/** What slots that are peers bring out. */
export const oddPeers: Shown = {
  'mcuboot/trial-raises-counter'(mode) {
    const { chip, primary, secondary } = bench(mode);
    running(chip);
    upload(chip, loadable);
    chip.images.setPending(null, false);
    assert.deepEqual([running(chip).version, storedCounter(chip.storage)], ['1.3.0', 3]);
    assert.equal(chip.boot().app, null);
    assert.ok([primary, secondary].every(({ bytes }) => bytes.every((byte) => byte === 0xff)));
  },
  'mcuboot/torn-confirmation-erases'(mode) {
    const { chip, secondary } = bench(mode);
    running(chip);
    upload(chip, referenceImage({ version: '1.3.0', manner: { ramAddress: REFERENCE_RAM.start } }));
    chip.images.setPending(null, false);
    running(chip);
    writeCell(secondary, secondary.at.imageOk, [TORN]);
    assert.equal(running(chip).version, '1.2.0');
    assert.ok(secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/unmarked-image-erased'(mode) {
    const { chip, primary } = bench(mode);
    damage(chip, (flash) =>
      flash.fill(0xff, primary.address + primary.at.swapInfo, primary.address + primary.size),
    );
    assert.equal(chip.boot().app, null);
    assert.ok(primary.bytes.every((byte) => byte === 0xff));
  },
};
