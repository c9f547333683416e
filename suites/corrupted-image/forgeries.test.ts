import assert from 'node:assert/strict';
import { espForgeries } from '#fuzz/forge-esp.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { forgeryName, type Forgery } from '#fuzz/forgery.ts';
import { SEVERAL_KEYS } from '../../boards/esp32-devkitc/profile.ts';
import { virtualEsp32Devkitc } from '../../boards/esp32-devkitc/virtual.ts';
import { virtualNrf52840Dk } from '../../boards/nrf52840-dk/virtual.ts';
import { attacks } from './attack.ts';
import { PURPOSES } from './purposes.ts';

const CATALOGUES: readonly [string, readonly Forgery[], ReturnType<typeof virtualNrf52840Dk>][] = [
  ['MCUboot', mcubootForgeries, virtualNrf52840Dk()],
  ['ESP-IDF', espForgeries, virtualEsp32Devkitc({ profile: SEVERAL_KEYS })],
];

describe('suites/corrupted-image: the catalogue of forgeries', () => {
  for (const [format, forgeries, { facts, flaws }] of CATALOGUES) {
    const known = new Set(flaws.map(({ id }) => id));
    const own = flaws.filter(({ family }) => family === 'corrupted-image').map(({ id }) => id);

    it(`${format}: names every forgery once, each under an attack of the suite`, () => {
      const names = forgeries.map(forgeryName);
      assert.equal(new Set(names).size, names.length);
      for (const { attack, id } of forgeries) {
        assert.ok(
          PURPOSES.some((purpose) => purpose.id === attack),
          `${attack}/${id}`,
        );
      }
    });

    it(`${format}: every forgery aims at a check that a twin can lack, and every such flaw is aimed at`, () => {
      const aimedAt = new Set(forgeries.flatMap(({ missing }) => missing ?? []));
      for (const flaw of aimedAt) assert.ok(known.has(flaw), flaw);
      for (const flaw of own) assert.ok(aimedAt.has(flaw), `${flaw} is aimed at by no forgery`);
    });

    it(`${format}: what the format allows aims at no check, and everything else at one`, () => {
      for (const forgery of forgeries) {
        assert.equal(forgery.missing === null, forgery.expect === 'harmless', forgeryName(forgery));
      }
    });

    it(`${format}: every scenario says which flaw it shows, out of those that its attack claims`, () => {
      for (const attack of attacks) {
        for (const { id, forgery, exposes, hidden } of attack.scenarios(facts, { seed: 7 })) {
          if (forgery === undefined) continue;
          assert.ok(exposes !== undefined, id);
          assert.ok(
            exposes.every((flaw) => attack.exposes.includes(flaw)),
            id,
          );
          assert.ok(hidden === undefined || hidden.length > 20, id);
        }
      }
    });
  }
});
