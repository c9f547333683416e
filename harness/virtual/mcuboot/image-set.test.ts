import assert from 'node:assert/strict';
import { type McubootVersion, versionOf } from '#codecs/mcuboot-version.ts';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { counterWords, storedCounter } from '#virtual/mcuboot/counter.ts';
import { traceOf } from '#virtual/mcuboot/modes.fixture.ts';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import { NRF52840_LAYOUT, referenceChipOf, referenceImage } from '#virtual/mcuboot/reference.ts';
import { PowerLost } from '#virtual/storage.ts';

const SECOND_AT = 0xf_8000;

/** What image 0 and 1 are at their primary slots: the versions in the headers. */
function versions({ storage }: McubootChip): readonly string[] {
  return [NRF52840_LAYOUT.primary.offset, SECOND_AT].map((at) =>
    storage.bytes.slice(at + 20, at + 22).join('.'),
  );
}

function offer(chip: McubootChip, index: 0 | 1, image: Uint8Array): void {
  const store = chip.stores[index];
  store?.erase(image.length);
  store?.write(0, image);
  store?.setPending(null, false);
}

function needing(version: string, image: number, least: string): Uint8Array {
  const needed: McubootVersion = versionOf(least);
  return referenceImage({ version, seed: 3, manner: { dependencies: [{ image, version: needed }] } });
}

function pair(mode: 'swap-using-move' | 'direct-xip' = 'swap-using-move'): McubootChip {
  const chip = referenceChipOf(profileWith({ mode, images: 2 }));
  chip.boot();
  return chip;
}

describe('virtual/mcuboot image pairs', () => {
  it('swaps both images in one boot, and takes both back where neither is confirmed', () => {
    const chip = pair();
    offer(chip, 0, needing('1.3.0', 1, '1.1.0'));
    offer(chip, 1, referenceImage({ version: '1.1.0', seed: 4 }));
    chip.boot();
    assert.deepEqual(versions(chip), ['1.3', '1.1']);
    chip.boot();
    assert.deepEqual(versions(chip), ['1.2', '1.0']);
  });

  it('does nothing to any image where one is left without what it needs', () => {
    const chip = pair();
    offer(chip, 0, needing('1.3.0', 1, '2.0.0'));
    offer(chip, 1, referenceImage({ version: '1.1.0', seed: 4 }));
    const before = chip.storage.digest();
    assert.equal(chip.boot().app?.version, '1.2.0');
    assert.deepEqual(versions(chip), ['1.2', '1.0']);
    assert.equal(chip.storage.digest(), before, 'the requests stand, for a boot at which they can be met');
  });

  it('goes on with a revert of one image, wherever it was cut twice', () => {
    const chip = pair();
    offer(chip, 0, referenceImage({ version: '1.3.0', seed: 3 }));
    chip.boot();
    const cutBehind = (done: number) => {
      const operations = traceOf(chip, () => void chip.boot());
      for (const operation of operations.slice(0, done)) chip.storage.apply(operation);
      return operations.length;
    };
    const onTrial = chip.storage.save();
    // Behind these, the journal is open, and has moved sectors.
    for (let first = 3; first < 10; first++) {
      for (let second = 5; second < 12; second++) {
        chip.storage.load(onTrial);
        assert.ok(cutBehind(first) > 12 && cutBehind(second) > 12);
        const back = [chip.boot().app?.version, chip.boot().app?.version];
        assert.deepEqual(back, ['1.2.0', '1.2.0'], `cut behind ${first}, then behind ${second} operations`);
      }
    }
  });

  it('takes a need of an image that does not exist for one that is not met', () => {
    const chip = pair();
    offer(chip, 0, needing('1.3.0', 7, '1.0.0'));
    assert.equal(chip.boot().app?.version, '1.2.0');
  });

  it('keeps a counter for each image', () => {
    const chip = pair();
    offer(chip, 1, referenceImage({ version: '1.1.0', counter: 5, seed: 4 }));
    chip.boot();
    chip.stores[1]?.confirm();
    chip.boot();
    const counters = [0, 1].map((index) => storedCounter(chip.storage, counterWords(chip.storage, index, 2)));
    assert.deepEqual(counters, [2, 5]);
  });

  it('ends with both images new, wherever power fails while they are swapped', () => {
    const chip = pair();
    offer(chip, 0, needing('1.3.0', 1, '1.1.0'));
    offer(chip, 1, referenceImage({ version: '1.1.0', seed: 4 }));
    let operations = 0;
    const mark = chip.storage.mark();
    chip.storage.onOperation = () => void (operations += 1);
    chip.boot();
    chip.storage.onOperation = null;
    chip.storage.rewind(mark);
    for (let index = 0; index < operations; index++) {
      const start = chip.storage.mark();
      chip.storage.arm({ index, tear: 'before', seed: 1 });
      assert.throws(() => chip.boot(), PowerLost);
      chip.boot();
      // A cut behind the last copy_done has used the trial up, so that the next boot takes both back.
      assert.ok(
        [['1.3', '1.1'].join(), ['1.2', '1.0'].join()].includes(versions(chip).join()),
        `cut ${index}`,
      );
      chip.storage.rewind(start);
    }
  });

  it('falls back to the other slot of a direct-XIP image whose needs are not met', () => {
    const chip = pair('direct-xip');
    offer(chip, 0, needing('1.3.0', 1, '2.0.0'));
    const { app, log } = chip.boot();
    assert.equal(app?.version, '1.2.0');
    assert.ok(log.includes('I: Image 1 loaded from the primary slot'));
  });
});
