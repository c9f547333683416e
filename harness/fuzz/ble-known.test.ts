import assert from 'node:assert/strict';
import { encodeBleCase, parseBleCase } from '#codecs/ble/case-text.ts';
import { decodeConnectInd, encodeConnectInd } from '#codecs/ble/link-layer.ts';
import { STRICT_PROMISE } from '#fuzz/ble-attack.ts';
import { knownBleAttacks } from '#fuzz/ble-known.ts';

const HANDLES = {
  readable: 3,
  writable: 6,
  protectedValue: 9,
  clientFeatures: 15,
  services: [{ uuid: 'ffff', characteristics: [{ uuid: 'ff01', handle: 18 }] }],
};

describe('published attacks on LE', () => {
  const all = knownBleAttacks(HANDLES);

  it('every case is kept and read again without loss', () => {
    for (const { id, run } of all) {
      if (run === null) continue;
      const { name: _, ...content } = run;
      assert.deepEqual(parseBleCase(encodeBleCase(content)), content, id);
    }
  });

  it('say what they need exactly where there is nothing to run', () => {
    for (const { id, run, needs } of all) assert.equal(run === null, needs !== 'hci', id);
    assert.ok(all.every(({ needs, rawRun }) => rawRun === undefined || needs === 'raw'));
  });

  it('a promise that is not made is not held against a product', () => {
    const idsOf = (least: number, only: boolean) =>
      knownBleAttacks(HANDLES, { leastKeySize: least, secureConnectionsOnly: only }).map(({ id }) => id);
    const weak = (ids: readonly string[]) => ids.filter((id) => /^knob|^legacy-pairing$/.test(id)).length;
    assert.equal(weak(idsOf(STRICT_PROMISE.leastKeySize, true)), 10);
    assert.equal(weak(idsOf(7, false)), 0);
  });

  it('leave out services and values that a device does not have', () => {
    const few = knownBleAttacks({ readable: 3, writable: 6, protectedValue: null }).map(({ id }) => id);
    assert.ok(!few.some((id) => /^blufi|^provisioning|open-configuration|nimble-client-features/.test(id)));
  });

  it('damaged case texts are refused', () => {
    const text = (steps: unknown) => Buffer.from(JSON.stringify({ ownLink: true, steps }));
    for (const step of [
      { do: 'reconnect', as: 'anybody' },
      { do: 'encrypt', key: 'zero', diversifier: 65_536 },
      { do: 'pair', features: { io: 256 } },
      { do: 'pair', identity: '0011' },
      { do: 'advertise', data: 'xy', ms: 1 },
      { do: 'open-channel', spsm: -1 },
      { do: 'constructor' },
    ]) {
      assert.equal(parseBleCase(text([step])), null, JSON.stringify(step));
    }
  });

  it('a connection request is 34 bytes in the order of the specification', () => {
    const request = {
      initiator: Uint8Array.of(1, 2, 3, 4, 5, 6),
      advertiser: Uint8Array.of(7, 8, 9, 10, 11, 12),
      accessAddress: 0x50655d5e,
      crcInit: 0x123456,
      windowSize: 3,
      windowOffset: 15,
      interval: 24,
      latency: 0,
      timeout: 42,
      channels: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f),
      hop: 0xa7,
    };
    const bytes = encodeConnectInd(request);
    assert.equal(
      Buffer.from(bytes).toString('hex'),
      '0102030405060708090a0b0c5e5d6550563412030f00180000002a00ffffffff1fa7',
    );
    assert.deepEqual(decodeConnectInd(bytes), request);
    assert.ok(decodeConnectInd(bytes.slice(1)) instanceof Error);
  });
});
