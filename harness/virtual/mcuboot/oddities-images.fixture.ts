import assert from 'node:assert/strict';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import { bench, damage, running, update, upload } from '#virtual/mcuboot/modes.fixture.ts';
import { onTrial, staged, versions, type Shown } from '#virtual/mcuboot/oddities.fixture.ts';
import { REFERENCE_RECIPIENT, referenceImage } from '#virtual/mcuboot/reference.ts';

/** What images, headers and keys in the slots bring out. */
export const oddImages: Shown = {
  'mcuboot/damaged-primary-asserts'(mode) {
    const made = staged(mode);
    const entries = 0x200 + 2048;
    damage(made.chip, (flash) =>
      flash.fill(0, made.primary.address + entries, made.primary.address + entries + 2),
    );
    for (let boot = 0; boot < 2; boot++) {
      const { app, log } = made.chip.boot();
      assert.equal(app, null);
      assert.match(log.at(-1) ?? '', /ASSERTION FAIL/);
    }
  },
  'mcuboot/damaged-primary-blocks-update'(mode) {
    const made = staged(mode);
    damage(made.chip, (flash) => flash.fill(0, made.primary.address, made.primary.address + 4));
    assert.deepEqual(versions(made), [null, null, null]);
    const other = staged('swap-using-scratch');
    damage(other.chip, (flash) => flash.fill(0, other.primary.address, other.primary.address + 4));
    assert.deepEqual(versions(other, 1), ['1.3.0']);
  },
  'mcuboot/torn-header-refuses-update'(mode) {
    const made = staged(mode);
    const major = 20;
    damage(made.chip, (flash) => {
      flash[made.primary.address + major] = 0xff;
    });
    const { app, log } = made.chip.boot();
    assert.equal(app, null);
    assert.ok(log.includes('E: Insufficient version in secondary slot'));
    assert.ok(made.secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/unvalidated-counter-rises'(mode) {
    const made = bench(mode, { validatePrimary: false });
    const entry = Buffer.from('500004000200', 'hex');
    damage(made.chip, (flash) => {
      flash[Buffer.from(flash).indexOf(entry, made.primary.address) + 4] = 18;
    });
    assert.deepEqual(versions(made, 1), ['1.2.0']);
    assert.equal(storedCounter(made.chip.storage), 18);
    made.chip.stage(running(made.chip), update);
    assert.deepEqual(versions(made, 1), ['1.2.0']);
  },
  'mcuboot/leftover-refuses-update'(mode) {
    const made = onTrial(mode);
    const { chip, secondary } = made;
    assert.equal(chip.images.confirm(), IMAGE_ERROR.ok);
    running(chip);
    secondary.eraseSectors(1, secondary.sectors);
    for (let at = 0; at < update.length; at += 512) chip.images.write(at, update.subarray(at, at + 512));
    assert.equal(chip.images.setPending(null, false), IMAGE_ERROR.ok);
    const { log } = chip.boot();
    assert.ok(log.some((line) => line.includes('wrong upload address?')));
    assert.ok(secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/erased-primary-counts-as-newest'(mode) {
    const made = staged(mode);
    made.primary.scramble();
    const { app, log } = made.chip.boot();
    assert.equal(app, null);
    assert.ok(log.includes('I: Image 0 in slot 1 erased due to downgrade prevention'));
    assert.ok(made.secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/keys-left-in-trailer'(mode) {
    const imageKey = new Uint8Array(16).fill(0x5a);
    const encryption = { recipient: REFERENCE_RECIPIENT, imageKey, seed: new Uint8Array(32) };
    const { chip, primary } = bench(mode, { encryption: { kind: 'ec256', bits: 128 } });
    running(chip);
    upload(chip, referenceImage({ version: '1.3.0', manner: { encryption } }));
    chip.images.setPending(null, true);
    running(chip);
    running(chip);
    assert.ok(Buffer.from(primary.bytes).includes(Buffer.from(imageKey)));
  },
};
