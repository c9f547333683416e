import assert from 'node:assert/strict';
import { dice } from '#core/dice.ts';
import { PeerError } from '#core/errors.ts';
import { gattDatabase } from '#codecs/ble/gatt-database.ts';
import { IMAGE_COMMAND, OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { smpOverCharacteristic } from '#drivers/channel/smp-characteristic.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { GattServer } from '#drivers/radio/ble/gatt-server.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { openSmpCharacteristic } from '#drivers/radio/ble/smp-over-ble.ts';
import { CALM, CENTRAL, PERIPHERAL, TwoHosts } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { bench } from '#virtual/smp-server.fixture.ts';

describe('mcumgr over BLE', () => {
  it('talks to the server of a virtual board: long texts in pieces both ways, and the images', async () => {
    const clock = new SimClock();
    const air = new Air(clock);
    const { server } = bench();
    const board = new BlePeripheral({
      air,
      address: PERIPHERAL,
      flaws: new Set(),
      random: dice(1),
      smp: server,
    });
    const controller = new VirtualController({
      name: 'ours',
      air,
      address: new Uint8Array(6),
      random: dice(2),
    });
    const host = new HciHost(controller, clock);
    const adapter = await BleAdapter.open({ host, address: CENTRAL, allow: [PERIPHERAL] }, CALM);
    const att = new AttClient(await adapter.connect(PERIPHERAL, CALM));
    const characteristic = await openSmpCharacteristic(att, CALM);
    assert.equal(characteristic.mtu, 498);
    const client = new SmpClient(smpOverCharacteristic(characteristic), clock);
    const text = 'assay '.repeat(100);
    const echo = { op: SMP_OP.write, group: SMP_GROUP.os, command: OS_COMMAND.echo };
    assert.equal((await client.ask(echo, [['d', text]], CALM)).map.get('r'), text);
    const state = { op: SMP_OP.read, group: SMP_GROUP.image, command: IMAGE_COMMAND.state };
    const images = (await client.ask(state, [], CALM)).map.get('images');
    assert.ok(Array.isArray(images) && images.length > 0);
    assert.equal(board.boots, 1);
  });

  it('says so where a board has no such service', async () => {
    const hosts = await TwoHosts.open();
    const database = gattDatabase([{ uuid: '1800', characteristics: [] }]);
    const { central } = await hosts.connect((link) => void new GattServer(link, { database }));
    await assert.rejects(openSmpCharacteristic(new AttClient(central), CALM), (error) => {
      assert.ok(error instanceof PeerError);
      assert.equal(error.code, 'ble-no-smp');
      return true;
    });
  });
});
