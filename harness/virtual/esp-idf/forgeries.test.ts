import assert from 'node:assert/strict';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import { espForgeries } from '#fuzz/forge-esp.ts';
import { forgeryName, type Forgery } from '#fuzz/forgery.ts';
import { espChip, overwrite, setEntry, SLOTS } from '#virtual/esp-idf/chip.fixture.ts';
import { espFlaws } from '#virtual/esp-idf/flaws.ts';
import { buildImage } from '../../../boards/esp32-devkitc/firmware.ts';
import { testKeys } from '../../../boards/esp32-devkitc/keys.ts';
import { SLOT_SIZE } from '../../../boards/esp32-devkitc/layout.ts';
import { PLAIN, SEVERAL_KEYS, type EspProfile } from '../../../boards/esp32-devkitc/profile.ts';

const GOLDEN = '1.2.0';
const spec = { version: '1.4.0', seed: 5 };

/** A build that has the check which a forgery aims at. */
function builtFor({ missing }: Forgery): EspProfile {
  return missing === 'esp-idf/revocation-ignored' ? SEVERAL_KEYS : PLAIN;
}

function forged(forgery: Forgery): Uint8Array {
  const build = (change: object) => buildImage({ ...spec, ...change }, builtFor(forgery).chip.name).bytes;
  return forgery.forge(build({}), { keys: testKeys, areaSize: SLOT_SIZE, build });
}

/** More than any image here takes: behind a short one lies erased flash, as a probe leaves it. */
const STAGED = 0x24000;

/** What settles in the end: an application that crashes restarts, on trial or (as the suite does it) for good. */
function ran(forgery: Forgery, ...flaws: readonly string[]): string | null {
  const { attack, outage } = forgery;
  const image = forged(forgery);
  const chip = espChip({ profile: builtFor(forgery), flaws });
  const whole = new Uint8Array(STAGED).fill(0xff);
  whole.set(image);
  overwrite(chip, SLOTS[0], whole);
  const forGood = attack === 'size-lies' || outage === true;
  setEntry(chip, 0, 3, forGood ? OTA_STATE.undefined : OTA_STATE.new);
  const { app } = chip.boot();
  return (app?.behaviour === 'crashes' ? chip.boot().app : app)?.version ?? null;
}

describe('forged images in the flash of a simulated ESP32', () => {
  for (const forgery of espForgeries) {
    const name = forgeryName(forgery);
    if (forgery.guard === 'application') continue;
    if (forgery.expect === 'harmless') {
      it(`${name} leaves an application that runs`, () => {
        assert.notEqual(ran(forgery), null);
      });
      continue;
    }
    it(`${name} is refused, and gets through or does harm without ${forgery.missing}`, () => {
      assert.equal(ran(forgery), GOLDEN);
      assert.notEqual(ran(forgery, forgery.missing ?? ''), GOLDEN);
    });
  }

  it('every check that a chip can lack is aimed at by a forgery', () => {
    const flaws = espFlaws.filter(({ family }) => family === 'corrupted-image');
    const aimed = new Set(espForgeries.map(({ missing }) => missing));
    assert.deepEqual(
      flaws.filter(({ id }) => !aimed.has(id)),
      [],
    );
  });
});
