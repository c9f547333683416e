import assert from 'node:assert/strict';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { mcubootFlaws } from '#virtual/mcuboot/flaws.ts';
import { referenceChip, referenceImage } from '#virtual/mcuboot/reference.ts';
import type { BootedApp } from '#virtual/silicon.ts';

const FAMILIES = new Set(['rollback', 'downgrade', 'corrupted-image', 'power-loss']);
const update = referenceImage({ version: '1.3.0', counter: 3 });

function running(chip: McubootChip): BootedApp {
  return chip.boot().app ?? assert.fail('nothing boots');
}

function onTrial(chip: McubootChip): BootedApp {
  chip.stage(running(chip), update);
  return running(chip);
}

describe('MCUboot flaws', () => {
  it('are described once each, in known families', () => {
    assert.equal(new Set(mcubootFlaws.map(({ id }) => id)).size, mcubootFlaws.length);
    for (const { id, family, title, story, cwe } of mcubootFlaws) {
      assert.match(id, /^mcuboot\/[a-z]+(-[a-z]+)*$/);
      assert.ok(FAMILIES.has(family), id);
      assert.ok(title.length > 10 && !title.endsWith('.') && story.endsWith('.'), id);
      assert.match(cwe ?? 'CWE-0', /^CWE-\d+$/);
    }
  });

  it('test-is-permanent: an update is never given up', () => {
    const chip = referenceChip('mcuboot/test-is-permanent');
    assert.equal(onTrial(chip).confirmed, true);
    assert.equal(running(chip).version, '1.3.0');
    assert.equal(running(chip).version, '1.3.0');
  });

  it('confirm-not-stored: a confirmed update goes away', () => {
    const chip = referenceChip('mcuboot/confirm-not-stored');
    assert.equal(chip.confirm(onTrial(chip)), true);
    assert.equal(running(chip).version, '1.2.0');
  });

  it('counter-never-advanced: an older counter still boots after an update was confirmed', () => {
    for (const [flaws, counter] of [
      [[], 3],
      [['mcuboot/counter-never-advanced'], 2],
    ] as const) {
      const chip = referenceChip(...flaws);
      chip.confirm(onTrial(chip));
      assert.equal(running(chip).version, '1.3.0');
      assert.equal(storedCounter(chip.storage), counter);
    }
  });

  it('an update that does not confirm is not confirmed by the chip', () => {
    const chip = referenceChip();
    chip.stage(running(chip), referenceImage({ version: '1.3.0', behaviour: 'never-confirms' }));
    assert.equal(chip.confirm(running(chip)), false);
    assert.equal(running(chip).version, '1.2.0');
  });

  it('damaged code that boots because nothing checks it crashes', () => {
    const chip = referenceChip('mcuboot/hash-tlv-trusted');
    const broken = update.slice();
    broken.fill(0, 0x200, 0x208);
    chip.stage(running(chip), broken);
    assert.equal(running(chip).behaviour, 'crashes');
  });
});
