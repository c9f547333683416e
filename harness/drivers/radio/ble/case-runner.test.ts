import assert from 'node:assert/strict';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import { CALM } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { virtualTarget } from '#drivers/radio/ble/virtual-target.fixture.ts';
import { attExhaustive, bleHavoc, l2capExhaustive, pairingExhaustive } from '#fuzz/ble-cases.ts';
import { knownBleAttacks } from '#fuzz/ble-known.ts';
import { frameFlaws } from '#virtual/ble/ble-flaws-frames.ts';
import { bluFiFlaws, provisioningFlaws } from '#virtual/ble/ble-flaws-services.ts';
import { securityFlaws } from '#virtual/ble/ble-flaws-security.ts';

/** What known attacks make of a device with these flaws: `<attack>: <reaction>` for each alarm. */
async function alarms(
  chosen: (id: string) => boolean,
  ...flaws: readonly string[]
): Promise<readonly string[]> {
  const { runner, handles } = await virtualTarget(...flaws);
  const found: string[] = [];
  for (const { id, run } of knownBleAttacks(handles)) {
    if (run === null || !chosen(id)) continue;
    const { reaction } = await runner.run(run, CALM);
    if (reaction !== 'alive') found.push(`${id}: ${reaction}`);
  }
  return found;
}

/** Flaws that one known attack shows. */
const KNOWN_FLAWS = [...frameFlaws, ...securityFlaws, ...bluFiFlaws, ...provisioningFlaws] as const;

/** The known attack that finds each flaw, and as what. */
const FOUND_BY: Readonly<Record<(typeof KNOWN_FLAWS)[number]['id'], string>> = {
  'ble/write-length-trusted': 'long-write: crash',
  'ble/handle-not-complete': 'bluedroid-short-requests: crash',
  'ble/prepared-write-overlap': 'espressif-overlapping-writes: crash',
  'ble/enhanced-connect-overflow': 'zephyr-enhanced-connect: crash',
  'ble/short-k-frame': 'zephyr-short-k-frame: crash',
  'ble/start-fragment-trusted': 'sweyntooth-truncated-start: crash',
  'ble/frame-length-trusted': 'bluedroid-frame-length-ffff: crash',
  'ble/second-mtu-deadlock': 'sweyntooth-mtu-twice: hang',
  'ble/key-size-unchecked': 'sweyntooth-key-size: crash',
  'ble/public-key-in-legacy': 'sweyntooth-public-key-in-legacy: crash',
  'ble/zero-ltk': 'sweyntooth-zero-ltk: bypass',
  'ble/early-encryption': 'ti-early-encryption: bypass',
  'ble/off-curve-key': 'invalid-curve: bypass',
  'ble/stalled-write-spins': 'nimble-stalled-write: hang',
  'ble/disconnect-in-flight': 'zephyr-disconnect-in-flight: crash',
  'ble/configuration-unprotected': 'open-configuration: bypass',
  'ble/empty-frame-underflow': 'sweyntooth-l2cap-length-zero: crash',
  'ble/padding-copied': 'sweyntooth-padded-frame: crash',
  'ble/continuation-overflow': 'bluedroid-long-continuation: crash',
  'ble/stalled-fragment-spins': 'nimble-stalled-fragment: hang',
  'ble/client-features-overflow': 'nimble-client-features: crash',
  'ble/variable-read-stops': 'nimble-variable-partial: bypass',
  'ble/unasked-response-taken': 'zephyr-unasked-response: crash',
  'ble/advertising-length-trusted': 'zephyr-advertising-data: crash',
  'ble/mesh-segments-trusted': 'esp-mesh-provisioning: crash',
  'ble/closed-channel-used': 'zephyr-k-frame-and-close: crash',
  'ble/bearer-closed-freezes': 'zephyr-bearer-closed: hang',
  'blufi/fragment-total-trusted': 'blufi-fragments: crash',
  'blufi/parameter-length-trusted': 'blufi-negotiation: crash',
  'blufi/credential-length-trusted': 'blufi-credentials: crash',
  'provisioning/payload-missing': 'provisioning-missing-payload: crash',
  'provisioning/length-trusted': 'provisioning-long-name: crash',
  'provisioning/used-after-end': 'provisioning-after-end: crash',
  'ble/short-key-accepted': 'knob-key-size-7: bypass',
  'ble/legacy-accepted': 'legacy-pairing: bypass',
  'ble/own-key-accepted': 'reflected-public-key: bypass',
  'ble/debug-key-accepted': 'debug-public-key: bypass',
  'ble/diversifier-ignored': 'zero-ltk-with-diversifier: bypass',
  'ble/check-before-key': 'zephyr-pairing-order: crash',
  'ble/link-key-offered': 'blur-link-key: bypass',
  'ble/re-pairing-in-clear': 'blerp-re-pairing: bypass',
  'ble/weaker-key-over-bond': 'zephyr-weaker-keys: bypass',
  'ble/identity-overwritten': 'zephyr-identity-overwritten: bypass',
  'ble/permission-ignored': 'zephyr-lesc-permission: bypass',
  'ble/encryption-state-trusted': 'zephyr-encryption-state: bypass',
  'ble/refused-refresh-goes-on': 'nimble-refused-refresh: bypass',
  'ble/bonded-address-trusted': 'blesa-reconnection: bypass',
};

describe('known attacks on a virtual LE peripheral', () => {
  it('raise no alarm where it is sound', async () => {
    assert.deepEqual(await alarms(() => true), []);
  });

  for (const { id, title } of KNOWN_FLAWS) {
    it(`find ${id}: ${title}`, async () => {
      const [attack] = FOUND_BY[id].split(': ');
      assert.deepEqual(await alarms((one) => one === attack, id), [FOUND_BY[id]]);
    });
  }

  it('have names of their own, and say why those that need another radio were not run', async () => {
    const { handles } = await virtualTarget();
    const all = knownBleAttacks(handles);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const { run, needs } of all) assert.equal(run === null, needs !== 'hci');
  });
});

describe('exhaustive and random cases on a sound virtual LE peripheral', () => {
  const sets: readonly (readonly [
    string,
    (handles: { readable: number; writable: number }) => readonly BleCase[],
  ])[] = [
    ['ATT', attExhaustive],
    ['L2CAP', l2capExhaustive],
    ['pairing', () => pairingExhaustive(2)],
    ['random', (handles) => bleHavoc(1, handles, 500)],
  ];
  for (const [name, cases] of sets) {
    it(`${name}: no alarm, no restart`, async () => {
      const { runner, handles, peripheral, adapter } = await virtualTarget();
      for (const one of cases(handles)) {
        const { reaction, what } = await runner.run(one, CALM);
        assert.equal(reaction, 'alive', `${one.name}: ${what}`);
      }
      assert.equal(peripheral.boots, 1);
      assert.equal(adapter.flow.credits, adapter.flow.buffers.aclCount);
    });
  }

  it('random cases are made by their seed alone', () => {
    const handles = { readable: 3, writable: 6 };
    assert.deepEqual(bleHavoc(5, handles, 50), bleHavoc(5, handles, 50));
    assert.notDeepEqual(bleHavoc(5, handles, 50), bleHavoc(6, handles, 50));
    assert.deepEqual(bleHavoc(5, handles, 50).slice(40), bleHavoc(5, handles, 10, 40));
  });
});
