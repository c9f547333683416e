import assert from 'node:assert/strict';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import { bench, damage, running, traceOf } from '#virtual/mcuboot/modes.fixture.ts';
import {
  cutBefore,
  cutBehind,
  onTrial,
  staged,
  versions,
  type Made,
  type Shown,
} from '#virtual/mcuboot/oddities.fixture.ts';
import { referenceImage } from '#virtual/mcuboot/reference.ts';
import { writeCell } from '#virtual/mcuboot/trailer.ts';
import type { StorageOperation } from '#virtual/storage.ts';

/** What cuts bring out that strike one after another, or cells that change what they read as. */
export const oddCuts: Shown = {
  'mcuboot/revert-lost-by-two-cuts'(mode) {
    const made = onTrial(mode);
    const { chip, primary, secondary } = made;
    cutBefore(made, ({ address }) => address === secondary.address + secondary.at.magic);
    writeCell(secondary, secondary.at.magic, [0x77, 0xc2, 0x95, 0xf3]);
    const last = primary.address + primary.at.status - primary.sector;
    cutBehind(made, ({ kind, address }) => kind === 'erase' && address > last);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
    assert.equal(running(chip).confirmed, true);
  },
  'mcuboot/revert-lost-with-scratch'(mode) {
    const made = onTrial(mode);
    cutBehind(made, isTrailerErase(made));
    cutBefore(made, ({ kind }) => kind === 'write');
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
    assert.equal(running(made.chip).confirmed, true);
  },
  'mcuboot/revert-restarted-over-half'(mode) {
    const made = bench(mode);
    const { chip, primary, secondary } = made;
    chip.stage(running(chip), referenceImage({ version: '1.3.0', seed: 3 }));
    running(chip);
    cutBehind(made, ({ kind, address }) => kind === 'erase' && address === primary.address);
    cutBehind(made, ({ address }) => address === secondary.address + secondary.at.magic);
    assert.deepEqual(versions(made), [null, null, null]);
  },
  'mcuboot/torn-swap-info-panics'(mode) {
    for (const [torn, outcome] of [
      [0x06, [null, null, null]],
      [0x03, ['1.3.0', '1.3.0', '1.3.0']],
    ] as const) {
      const written = staged(mode);
      cutBefore(written, ({ address }) => address === written.primary.address + written.primary.at.swapInfo);
      writeCell(written.primary, written.primary.at.swapInfo, [torn]);
      cutBefore(written, ({ kind }) => kind === 'write');
      assert.deepEqual(versions(written), outcome);

      const erased = onTrial(mode);
      cutBehind(erased, isTrailerErase(erased));
      cutBefore(erased, ({ kind }) => kind === 'write');
      damage(erased.chip, (flash) => {
        flash[erased.primary.address + erased.primary.at.swapInfo] = torn;
      });
      assert.deepEqual(versions(erased), outcome);
    }
  },
  'mcuboot/weak-progress-mark'(mode) {
    const made = staged(mode);
    const { chip, primary } = made;
    const isMark = ({ kind, address }: StorageOperation) =>
      kind === 'write' &&
      address >= primary.address + primary.at.status &&
      address < primary.address + primary.at.swapSize;
    const trace = traceOf(chip, () => running(chip));
    const marks = trace.flatMap((operation, index) => (isMark(operation) ? [{ index, operation }] : []));
    const start = chip.storage.save();
    const outcomes = marks.slice(1).map(({ index }, before) => {
      chip.storage.load(start);
      for (const operation of trace.slice(0, index)) chip.storage.apply(operation);
      damage(chip, (flash) => {
        flash[marks[before]?.operation.address ?? 0] = 0xff;
      });
      return chip.boot().app === null;
    });
    assert.ok(outcomes.includes(true), String(outcomes));
  },
  'mcuboot/weak-confirmation'(mode) {
    const made = bench(mode);
    made.chip.stage(running(made.chip), referenceImage({ version: '1.3.0', size: 9000 }));
    assert.equal(running(made.chip).confirmed, false);
    assert.equal(made.chip.images.confirm(), IMAGE_ERROR.ok);
    assert.deepEqual(versions(made, 1), ['1.3.0']);
    const fade = (flash: Uint8Array) => {
      flash[made.primary.address + made.primary.at.imageOk] = 0xff;
    };
    damage(made.chip, fade);
    assert.deepEqual(versions(made), ['1.2.0', '1.2.0', '1.2.0']);
    damage(made.chip, fade);
    const again = mode === 'swap-using-offset' ? null : '1.3.0';
    assert.deepEqual(versions(made, 1), [again]);
  },
};

/** The erase that takes the primary slot's trailer. */
function isTrailerErase({ primary }: Made): (operation: StorageOperation) => boolean {
  const from = primary.address + primary.trailerSector * primary.sector;
  const to = primary.address + primary.size;
  return ({ kind, address }) => kind === 'erase' && address >= from && address < to;
}
