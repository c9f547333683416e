import assert from 'node:assert/strict';
import { flawsOfBuild } from '#virtual/mcuboot/flaws-by-mode.ts';
import {
  type McubootProfile,
  profileName,
  profileWith,
  protectionsOf,
  SOUND_PROFILE,
} from '#virtual/mcuboot/profile.ts';

describe('MCUboot profile', () => {
  const names: readonly [Partial<McubootProfile>, string][] = [
    [{}, ''],
    [{ mode: 'swap-using-scratch' }, 'scratch'],
    [{ mode: 'overwrite-only-fast', validatePrimary: false }, 'overwrite-fast-unvalidated'],
    [{ downgradePrevention: 'none', hardwareCounter: false }, 'downgradable-no-hardware-counter'],
    [{ downgradePrevention: 'security-counter', signature: null }, 'software-counter-unsigned'],
    [{ signature: 'rsa-2048' }, 'rsa'],
    [
      { images: 2, encryption: { kind: 'ec256', bits: 128 }, serialRecovery: true },
      'pair-encrypted-recovery',
    ],
  ];
  for (const [options, name] of names) {
    it(`${name === '' ? 'the sound one' : name} is named by what it differs in`, () => {
      assert.equal(profileName(profileWith(options)), name);
    });
  }

  it('says what a board is protected against', () => {
    const sound = protectionsOf(SOUND_PROFILE);
    assert.deepEqual(
      [sound.rollback, sound.downgradeByVersion, sound.comparesBuildNumber, sound.downgradeByCounter],
      [true, true, true, true],
    );
    const overwriting = protectionsOf(profileWith({ mode: 'overwrite-only' }));
    assert.deepEqual([overwriting.rollback, overwriting.downgradeByVersion], [false, true]);
    const open = protectionsOf(profileWith({ downgradePrevention: 'none', hardwareCounter: false }));
    assert.deepEqual(
      [open.downgradeByVersion, open.comparesBuildNumber, open.downgradeByCounter],
      [false, false, false],
    );
    const counted = { downgradePrevention: 'security-counter', hardwareCounter: false } as const;
    assert.equal(protectionsOf(profileWith(counted)).downgradeByCounter, true);
    assert.equal(
      protectionsOf(profileWith({ ...counted, mode: 'overwrite-only' })).downgradeByCounter,
      false,
    );
  });

  it('offers the flaws that a build can have, and no others', () => {
    const has = (options: Partial<McubootProfile>, id: string) =>
      flawsOfBuild(profileWith(options)).some((flaw) => flaw.id === id);
    assert.ok(has({}, 'mcuboot/revert-taken-for-downgrade'));
    assert.ok(!has({ mode: 'swap-using-scratch' }, 'mcuboot/revert-taken-for-downgrade'));
    assert.ok(!has({ downgradePrevention: 'none' }, 'mcuboot/no-version-check'));
    assert.ok(!has({ mode: 'overwrite-only' }, 'mcuboot/swap-not-journalled'));
    assert.ok(!has({ mode: 'direct-xip' }, 'mcuboot/test-is-permanent'));
    assert.ok(has({ mode: 'swap-using-offset' }, 'mcuboot/status-before-copy'));
    assert.ok(has({}, 'mcuboot/signature-range-unchecked'));
    assert.ok(!has({ signature: 'rsa-2048' }, 'mcuboot/signature-range-unchecked'));
    assert.ok(has({ signature: 'rsa-2048' }, 'mcuboot/signature-result-ignored'));
  });
});
