import assert from 'node:assert/strict';
import type { Attack, Scenario } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { machineGraph } from '#core/graph.ts';
import { SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { PROFILES } from '../boards/esp32-devkitc/profile.ts';
import { virtualEsp32Devkitc } from '../boards/esp32-devkitc/virtual.ts';
import { firmwareFlaws } from '../boards/microbit/firmware/flaws.ts';
import { nrf52840Dk } from '../boards/nrf52840-dk/board.ts';
import { TWIN_BLE } from '../boards/nrf52840-dk/virtual-ble.ts';
import { virtualNrf52840Dk } from '../boards/nrf52840-dk/virtual.ts';
import { attacks as control } from './control/attack.ts';
import { attacks as corruptedImage } from './corrupted-image/attack.ts';
import { attacks as downgrade } from './downgrade/attack.ts';
import { attacks as fuzzedWireless } from './fuzzed-wireless/attack.ts';
import { attacks as powerLoss } from './power-loss/attack.ts';
import { attacks as rollback } from './rollback/attack.ts';

const hostile: readonly Attack[] = [rollback, downgrade, corruptedImage, fuzzedWireless, powerLoss].flat();
const attacks: readonly Attack[] = [...control, ...hostile];
const dk = virtualNrf52840Dk(SOUND_PROFILE, TWIN_BLE);
const entries = [dk, ...PROFILES.map((profile) => virtualEsp32Devkitc({ profile }))];
const built = [...entries.flatMap((entry) => entry.flaws), ...firmwareFlaws.map(({ flaw }) => flaw)];
const flaws = new Map(built.map((flaw) => [flaw.id, flaw]));

function scenariosOn(board: BoardFacts, seed = 7): readonly Scenario[] {
  return attacks.flatMap((attack) => [...attack.scenarios(board, { seed })]);
}

describe('suites', () => {
  it('every attack belongs to its family, has its own id, and says why', () => {
    assert.equal(new Set(attacks.map(({ id }) => id)).size, attacks.length);
    for (const { id, family, title, why } of attacks) {
      assert.match(id, /^[a-z-]+\/[a-z-]+$/);
      assert.ok(id.startsWith(`${family}/`), id);
      assert.ok(title.length > 15 && title.length < 90, id);
      assert.ok(why.length > 120 && why.length < 500, `${id}: ${why.length}`);
    }
  });

  it('every attack claims flaws that boards know, and every flaw is claimed in its family', () => {
    for (const { id, exposes } of hostile) {
      assert.ok(exposes.length > 0, `${id} claims nothing`);
      assert.equal(new Set(exposes).size, exposes.length, id);
      for (const flaw of exposes) assert.ok(flaws.has(flaw), `${id} claims ${flaw}`);
    }
    for (const [id, { family }] of flaws) {
      const claimed = hostile.some((attack) => attack.family === family && attack.exposes.includes(id));
      assert.ok(claimed, `${id} is claimed by no attack of ${family}`);
    }
  });

  it('every machine is flat and described, state by state', () => {
    for (const { id, machine } of attacks) {
      const { nodes, edges } = machineGraph(machine);
      for (const node of nodes) {
        assert.ok((node.description?.length ?? 0) > 15, `${id}: ${node.id}`);
        if (node.verb === null) continue;
        const toNoAnswer = edges.some(({ from, to }) => from === node.id && to === 'noAnswer');
        assert.ok(toNoAnswer, `${id}: ${node.id} does not handle trouble of the board`);
      }
    }
  });

  it('a real board gets cuts by time, and no stand-in for a key it might trust', () => {
    const absent = { description: 'absent', open: () => Promise.reject(new Error('not opened here')) };
    const { facts } = nrf52840Dk({ channel: absent, power: absent });
    const scenarios = scenariosOn(facts);
    const cuts = scenarios.filter(({ id }) => id.startsWith('rollback/interrupted-revert/'));
    assert.ok(cuts.length >= 5);
    for (const { id } of cuts) assert.match(id, /reset-plus-\d+-ms$/);
    const development = scenarios.find(({ id }) => id.startsWith('corrupted-image/development-key/'));
    assert.match(development?.notApplicable ?? '', /development key/);
  });

  for (const { facts } of entries) {
    const scenarios = scenariosOn(facts);

    it(`${facts.id}: scenarios are named after their attack, once, and lean on a control of this board`, () => {
      const ids = new Set(scenarios.map(({ id }) => id));
      assert.equal(ids.size, scenarios.length);
      for (const attack of attacks) {
        for (const { id, title, control: needed, stimulus } of attack.scenarios(facts, { seed: 7 })) {
          assert.ok(id.startsWith(`${attack.id}/`), id);
          assert.ok(title.length > 15, id);
          assert.match(stimulus, /^[0-9a-f]{64}$/, id);
          assert.equal(needed === null, attack.family === 'control', id);
          assert.ok(needed === null || ids.has(needed), `${id} leans on ${String(needed)}`);
        }
      }
    });

    it(`${facts.id}: the seed decides everything`, () => {
      const rows = (all: readonly Scenario[]) => all.map(({ id, stimulus }) => `${id} ${stimulus}`);
      assert.deepEqual(rows(scenariosOn(facts)), rows(scenarios));
      assert.notDeepEqual(rows(scenariosOn(facts, 8)), rows(scenarios));
    });

    it(`${facts.id}: says why where an attack does not apply`, () => {
      const skipped = scenarios.flatMap(({ notApplicable }) =>
        notApplicable === undefined ? [] : [notApplicable],
      );
      assert.ok(skipped.every((reason) => reason.length > 20));
      assert.ok(scenarios.length - skipped.length >= 60, String(scenarios.length - skipped.length));
    });
  }
});
