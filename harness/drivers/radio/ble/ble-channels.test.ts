import assert from 'node:assert/strict';
import { PeerError } from '#core/errors.ts';
import type { CreditChannel } from '#codecs/ble/credit-channel.ts';
import { encodeSignal, RECONFIGURE_RESULT, CREDIT_RESULT, type Signal } from '#codecs/ble/l2cap-signal.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { BleChannels, CHANNEL_LIMITS } from '#drivers/radio/ble/ble-channels.ts';
import { CALM, randomBytes, TwoHosts } from '#drivers/radio/ble/two-hosts.fixture.ts';

const SPSM = 0x80;
const LOCKED = 0x81;
const SMALL = { mtu: 100, mps: 30, credits: 2 };

/** Two hosts; the peripheral serves an echo, and what needs encryption. */
async function linked(limits = SMALL) {
  const hosts = await TwoHosts.open({ facts: { aclLength: 27, aclCount: 3 } });
  const { central, peripheral } = await hosts.connect();
  const echo = (channel: CreditChannel) => ({
    sdu: (sdu: Uint8Array) => channel.send(sdu),
    closed: () => void closed.push(channel.near),
  });
  const closed: number[] = [];
  const services = new Map([
    [SPSM, { limits, needsEncryption: false, opened: echo }],
    [LOCKED, { limits, needsEncryption: true, opened: echo }],
  ]);
  return {
    hosts,
    central,
    peripheral,
    far: new BleChannels(peripheral, services),
    near: new BleChannels(central),
    closed,
  };
}

/** What comes on channels, by the number of ours. */
function listener() {
  const sdus: (readonly [near: number, sdu: Uint8Array])[] = [];
  const closed: number[] = [];
  const events = (channel: CreditChannel) => ({
    sdu: (sdu: Uint8Array) => void sdus.push([channel.near, sdu]),
    closed: () => void closed.push(channel.near),
  });
  return { sdus, closed, events };
}

describe('credit-based channels between two hosts', () => {
  for (const count of [undefined, 1, 5]) {
    it(`carry SDUs both ways: ${count === undefined ? 'plain request' : `${count} by the enhanced request`}`, async () => {
      const { hosts, near } = await linked({ ...SMALL, mps: 64 });
      const heard = listener();
      const opened = await near.connect(SPSM, { ...CALM, events: heard.events, ...(count && { count }) });
      assert.equal(opened.result, CREDIT_RESULT.ok);
      assert.equal(opened.channels.length, count ?? 1);
      const sent = opened.channels.map((channel, index) => {
        const sdu = randomBytes(index)(100);
        channel.send(sdu);
        channel.send(new Uint8Array());
        return [channel.near, sdu] as const;
      });
      await hosts.clock.sleep(50);
      for (const [channel, sdu] of sent) {
        assert.deepEqual(
          heard.sdus.filter(([from]) => from === channel).map(([, one]) => one),
          [sdu, new Uint8Array()],
        );
      }
      assert.equal(hosts.central.flow.credits, 3);
      assert.ok(opened.channels.every(({ waiting, credits }) => waiting === 0 && credits === SMALL.credits));
    });
  }

  it('send no more than there are credits for, and go on when the peer gives some', async () => {
    const { hosts, near, far, central } = await linked();
    const [channel] = (await near.connect(SPSM, CALM)).channels;
    assert.ok(channel !== undefined);
    const frames: number[] = [];
    const stop = central.listen({ frame: ({ cid }) => void frames.push(cid) });
    channel.send(randomBytes(1)(90));
    assert.equal(channel.credits, 0);
    assert.ok(channel.waiting > 0);
    await hosts.clock.sleep(50);
    assert.equal(channel.waiting, 0);
    assert.equal(far.open.length, 1);
    stop();
    assert.ok(frames.includes(CID.signalling));
  });

  it('are refused: no service, no encryption, too many, too small', async () => {
    const { near } = await linked();
    const result = async (spsm: number, more: object) =>
      (await near.connect(spsm, { ...CALM, ...more })).result;
    assert.equal(await result(0x99, {}), CREDIT_RESULT.noSpsm);
    assert.equal(await result(LOCKED, {}), CREDIT_RESULT.encryption);
    assert.equal(await result(SPSM, { count: 6 }), CREDIT_RESULT.invalidParameters);
    assert.equal(await result(SPSM, { limits: { ...CHANNEL_LIMITS, mps: 22 } }), CREDIT_RESULT.unacceptable);
    assert.equal(near.open.length, 0);
    const many = [
      await near.connect(SPSM, { ...CALM, count: 5 }),
      await near.connect(SPSM, { ...CALM, count: 5 }),
    ];
    assert.deepEqual(
      many.map(({ channels }) => channels.length),
      [5, 3],
    );
    assert.equal(many[1]?.result, CREDIT_RESULT.noResources);
  });

  it('take more after they were reconfigured, and never less', async () => {
    const { hosts, near } = await linked({ mtu: 400, mps: 64, credits: 8 });
    const heard = listener();
    const limits = { mtu: 64, mps: 64, credits: 8 };
    const { channels } = await near.connect(SPSM, { ...CALM, count: 2, limits, events: heard.events });
    assert.equal(await near.reconfigure(channels, { mtu: 300, mps: 100 }, CALM), RECONFIGURE_RESULT.ok);
    const sdu = randomBytes(3)(300);
    channels[0]?.send(sdu);
    await hosts.clock.sleep(50);
    assert.deepEqual(heard.sdus[0]?.[1], sdu);
    assert.equal(
      await near.reconfigure(channels, { mtu: 299, mps: 100 }, CALM),
      RECONFIGURE_RESULT.mtuReduced,
    );
    assert.equal(
      await near.reconfigure(channels, { mtu: 300, mps: 99 }, CALM),
      RECONFIGURE_RESULT.mpsReduced,
    );
    assert.equal(await near.reconfigure([], { mtu: 300, mps: 100 }, CALM), RECONFIGURE_RESULT.unacceptable);
  });

  it('end on both sides: closed, broken by the peer, or with the link', async () => {
    const { hosts, near, far, closed, central } = await linked();
    const heard = listener();
    const open = async () => (await near.connect(SPSM, { ...CALM, events: heard.events })).channels[0];
    const [first, second, third] = [await open(), await open(), await open()];
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    await near.close(first, CALM);
    assert.deepEqual([heard.closed, closed], [[first.near], [first.far]]);
    second.sendRaw(Uint8Array.of(1));
    await hosts.clock.sleep(50);
    assert.deepEqual([heard.closed.length, closed.length], [2, 2]);
    assert.equal(second.isOpen, false);
    await central.disconnect(CALM);
    await hosts.clock.sleep(50);
    assert.deepEqual([near.open, far.open], [[], []]);
    assert.equal(heard.closed.length, 3);
  });

  it('a peer that gives more than 65535 credits, or sends without one, loses the channel', async () => {
    const { hosts, near, far, peripheral } = await linked();
    const limits = { ...CHANNEL_LIMITS, credits: 0 };
    const [first, second] = [await near.connect(SPSM, CALM), await near.connect(SPSM, { ...CALM, limits })];
    const [one, two] = [...first.channels, ...second.channels];
    assert.ok(one !== undefined && two !== undefined);
    const credit: Signal = { type: 'credit', cid: one.far, credits: 0xffff };
    peripheral.send({ cid: CID.signalling, payload: encodeSignal({ id: 9, signal: credit }) });
    peripheral.send({ cid: two.near, payload: Uint8Array.of(0, 0) });
    await hosts.clock.sleep(50);
    assert.deepEqual([one.isOpen, two.isOpen], [false, false]);
    assert.equal(far.open.length, 0);
  });

  for (const [what, answer] of [
    ['MPS 0', { dcid: 0x50, mtu: 64, mps: 0, credits: 1, result: 0 }],
    ['a fixed channel', { dcid: 4, mtu: 64, mps: 64, credits: 1, result: 0 }],
    ['a channel and a refusal', { dcid: 0x50, mtu: 64, mps: 64, credits: 1, result: 4 }],
  ] as const) {
    it(`an answer with ${what} opens nothing`, async () => {
      const hosts = await TwoHosts.open();
      const { central, peripheral } = await hosts.connect();
      const signal: Signal = { type: 'creditConnectRsp', ...answer };
      peripheral.listen({
        frame: ({ payload }) =>
          payload[0] === 0x14 &&
          peripheral.send({ cid: CID.signalling, payload: encodeSignal({ id: payload[1] ?? 0, signal }) }),
      });
      assert.deepEqual((await new BleChannels(central).connect(SPSM, CALM)).channels, []);
    });
  }

  it('say that a peer does not answer, and what a reject means', async () => {
    const hosts = await TwoHosts.open();
    const { central, peripheral } = await hosts.connect();
    const channels = new BleChannels(central);
    await assert.rejects(channels.connect(SPSM, CALM), (error) => {
      assert.ok(error instanceof PeerError);
      assert.equal(error.code, 'ble-signal-silent');
      return true;
    });
    const signal: Signal = { type: 'reject', reason: 0, details: new Uint8Array() };
    peripheral.listen({
      frame: ({ payload }) =>
        peripheral.send({ cid: CID.signalling, payload: encodeSignal({ id: payload[1] ?? 0, signal }) }),
    });
    assert.deepEqual(await channels.connect(SPSM, CALM), { channels: [], result: null });
    assert.equal(await channels.reconfigure([], { mtu: 64, mps: 64 }, CALM), null);
  });
});
