import assert from 'node:assert/strict';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import type { Address } from '#drivers/channel/tcp.ts';
import { startBroker } from '#drivers/peers/power/mosquitto.ts';
import { stopChild } from '#drivers/peers/rfc2217/await-port.ts';
import { virtualEsp32Devkitc } from './virtual.ts';

describe('virtual ESP32-DevKitC over mosquitto', function () {
  let broker: ChildProcess | null = null;
  let address: Address;

  before(async function () {
    const { status, stdout, error } = spawnSync('mosquitto', ['-h'], { encoding: 'utf8' });
    if (error !== undefined || status === null) skipBecause(this, 'mosquitto is not installed');
    if (!/version 2\./.test(stdout)) skipBecause(this, 'mosquitto 2.x is needed');
    const started = await startBroker();
    assert.ok(started !== null, 'mosquitto did not start');
    broker = started.broker;
    address = { host: '127.0.0.1', port: started.port };
  });

  after(async () => {
    if (broker !== null) await stopChild(broker);
  });

  const open = () => virtualEsp32Devkitc({ broker: address }).open(calm());

  it('tries, reverts, tries again and keeps the same update', async () => {
    await using rig = await prepared(open, 'update', 'identity', 'power');
    const { firmware } = rig.board;
    const newer = firmware.build({ version: '1.3.0' });
    for (const confirm of [false, true]) {
      const receipt = await rig.update.offer(newer.bytes, calm());
      assert.ok(receipt.accepted, JSON.stringify(receipt));
      await rig.update.activate(calm());
      const tried = runs(await rig.identity.read(calm()));
      assert.deepEqual([tried.identity, tried.confirmed], [newer.identity, false]);
      if (confirm) assert.ok((await rig.update.confirm(calm())).accepted);
      await rig.power.reset(calm());
      const settled = runs(await rig.identity.read(calm()));
      assert.equal(settled.identity, confirm ? newer.identity : firmware.golden.identity);
    }
  });

  it('takes raw bytes into its connection, and comes back', async () => {
    await using rig = await prepared(open, 'radio');
    for (const hex of ['f000', '3002ffff', '30ffffff7f', 'd000', '30']) {
      await rig.radio.inject('mqtt', Buffer.from(hex, 'hex'), calm());
      const seen = await rig.radio.alive('mqtt', calm());
      assert.deepEqual([seen.alive, seen.boots], [true, 0], `${hex}: ${seen.how}`);
    }
    const http = await rig.radio.alive('http', calm());
    assert.equal(http.alive, true, http.how);
  });

  it('falls silent with the supply, and not for ever', async () => {
    await using rig = await prepared(open, 'power', 'identity');
    await rig.power.off(calm());
    assert.equal((await rig.identity.read(calm(3000))).running, false);
    await rig.power.on(calm());
    runs(await rig.identity.read(calm()));
  });
});
