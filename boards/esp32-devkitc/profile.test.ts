import assert from 'node:assert/strict';
import { boardFacts } from './board.ts';
import { ENCRYPTED, FACTORY, NO_ROLLBACK, PLAIN, PROFILES, SERVICED, SEVERAL_KEYS } from './profile.ts';
import { virtualEsp32Devkitc } from './virtual.ts';
import { calm, prepared, runs } from '#contracts/rigs.ts';

describe('builds of the ESP32 twin', () => {
  it('have each their own id, and facts that follow from the profile', () => {
    assert.equal(new Set(PROFILES.map(({ id }) => id)).size, PROFILES.length);
    for (const profile of PROFILES) {
      const { areas, protections, flash, updateArea } = boardFacts(profile);
      const names = new Set(areas.map(({ name }) => name));
      assert.deepEqual([names.has('factory'), names.has('test')], [profile.factory, profile.test]);
      assert.deepEqual(
        [protections.rollback, protections.downgradeByCounter],
        [profile.rollback, profile.antiRollback],
      );
      assert.ok(names.has(updateArea));
      areas.forEach(({ offset, size }, i) => {
        assert.ok(offset + size <= (areas[i + 1]?.offset ?? flash.size));
      });
    }
    assert.equal(boardFacts(SEVERAL_KEYS).soc, 'ESP32-S3');
    assert.match(boardFacts(SERVICED).bootloader.mode, /factory application, test application/);
  });

  it('refuses what menuconfig does not allow or ESP-IDF does not support', () => {
    const impossible = [
      { ...NO_ROLLBACK, antiRollback: true },
      { ...FACTORY, antiRollback: true },
      { ...PLAIN, test: true },
      { ...PLAIN, keyRevoked: true },
      { ...PLAIN, encrypted: ENCRYPTED.encrypted },
    ];
    for (const profile of impossible) {
      assert.throws(() => boardFacts(profile), { code: 'esp-profile' });
    }
  });

  for (const profile of PROFILES) {
    it(`${profile.id} installs an update; it goes without confirmation only where there is no rollback`, async () => {
      const open = () => virtualEsp32Devkitc({ profile }).open(calm());
      await using rig = await prepared(open, 'update', 'identity', 'power');
      const newer = rig.board.firmware.build({ version: '1.3.0' });
      for (const path of rig.board.updatePaths) {
        await rig.prepare(calm());
        assert.ok((await rig.update.offer(newer.bytes, { ...calm(), path })).accepted);
        await rig.update.activate(calm());
        assert.equal(runs(await rig.identity.read(calm())).identity, newer.identity);
        await rig.power.reset(calm());
        const settled = runs(await rig.identity.read(calm())).identity;
        assert.equal(settled === newer.identity, !profile.rollback, path);
      }
    });
  }
});
