import assert from 'node:assert/strict';
import { describeRawRadio } from '#contracts/raw-radio.ts';
import { dice } from '#core/dice.ts';
import { UsageError } from '#core/errors.ts';
import { encodeConnectInd, encodeLlControl } from '#codecs/ble/link-layer.ts';
import { RawRunner } from '#drivers/radio/raw/raw-runner.ts';
import { CALM, CENTRAL, PERIPHERAL } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { RAW_ATTACKS } from '#fuzz/ble-known-raw.ts';
import { Air } from '#virtual/ble/air.ts';
import { linkFlaws } from '#virtual/ble/ble-flaws-link.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { VirtualRawRadio } from '#virtual/ble/raw-radio.ts';
import { SimClock } from '#virtual/sim-clock.ts';

function rawBench(...flaws: readonly string[]) {
  const clock = new SimClock();
  const air = new Air(clock);
  const random = dice(7);
  const peer = new BlePeripheral({ air, address: PERIPHERAL, flaws: new Set(flaws), random });
  const radio = new VirtualRawRadio({ air, peer, flaws: new Set(flaws) });
  return { clock, peer, radio };
}

function runnerOf({ clock, peer, radio }: ReturnType<typeof rawBench>, allow = [PERIPHERAL]): RawRunner {
  return new RawRunner({
    radio,
    clock,
    own: CENTRAL,
    target: PERIPHERAL,
    allow,
    boots: () => peer.boots,
    reset: () => {
      peer.reset();
      return Promise.resolve();
    },
  });
}

describeRawRadio('virtual', () => {
  const { clock, radio } = rawBench();
  const question = encodeLlControl({ type: 'versionInd', version: 9, company: 0xffff, subversion: 0 });
  return Promise.resolve({
    radio,
    peer: PERIPHERAL.bytes,
    request: encodeConnectInd({
      initiator: CENTRAL.bytes,
      advertiser: PERIPHERAL.bytes,
      accessAddress: 0x5a3c9e17,
      crcInit: 0x123456,
      windowSize: 2,
      windowOffset: 0,
      interval: 6,
      latency: 0,
      timeout: 10,
      channels: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f),
      hop: 7,
    }),
    question,
    isAnswer: (pdu: Uint8Array) => pdu[2] === question[2],
    settle: () => clock.sleep(500),
  });
});

/** The raw attack that finds each flaw of a link layer. */
const FOUND_BY: Readonly<Record<(typeof linkFlaws)[number]['id'], string>> = {
  'll/length-trusted': 'sweyntooth-ll-length',
  'll/reserved-kind-trusted': 'sweyntooth-llid-zero',
  'll/connect-interval-trusted': 'sweyntooth-connect-interval',
  'll/connect-truncated': 'sweyntooth-connect-interval',
  'll/channel-map-trusted': 'channel-map-zero',
  'll/access-address-trusted': 'esp32-access-address',
  'll/hop-trusted': 'sweyntooth-hop',
  'll/first-anchor-trusted': 'zephyr-first-anchor',
  'll/length-request-repeated': 'zephyr-duplicate-length-request',
  'll/request-repeated': 'zephyr-repeated-control',
  'll/version-repeated': 'sweyntooth-version',
  'll/channel-map-ind-trusted': 'nimble-channel-map',
  'll/update-trusted': 'zephyr-update-interval',
  'll/phy-instant-trusted': 'zephyr-phy-instant',
};

describe('raw attacks on a virtual link layer', () => {
  const runs = RAW_ATTACKS.flatMap(({ id, rawRun }) => (rawRun === undefined ? [] : [{ id, rawRun }]));

  it('raise no alarm where it is sound', async () => {
    const bench = rawBench();
    const runner = runnerOf(bench);
    for (const { id, rawRun } of runs) {
      const { reaction, what } = await runner.run(rawRun, CALM);
      assert.equal(reaction, 'alive', `${id}: ${what}`);
    }
    assert.equal(bench.peer.boots, 1);
    assert.ok(runs.length >= 15, String(runs.length));
  });

  for (const { id, title } of linkFlaws) {
    it(`find ${id}: ${title}`, async () => {
      const found = runs.find((one) => one.id === FOUND_BY[id]);
      assert.ok(found !== undefined);
      const { reaction } = await runnerOf(rawBench(id)).run(found.rawRun, CALM);
      assert.equal(reaction, id === 'll/access-address-trusted' ? 'hang' : 'crash');
    });
  }

  it('are sent to nobody who is not on the list', () => {
    assert.throws(() => runnerOf(rawBench(), []), UsageError);
  });
});
