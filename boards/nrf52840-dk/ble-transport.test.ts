import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dice } from '#core/dice.ts';
import { calm } from '#contracts/rigs.ts';
import { encodeBleCase } from '#codecs/ble/case-text.ts';
import { parseAddress } from '#codecs/ble/address.ts';
import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { tcp } from '#drivers/channel/socket.ts';
import { RealClock } from '#drivers/clock.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { hciController } from '#drivers/radio/hci.ts';
import { joinPorts } from '#drivers/radio/ble/join-ports.ts';
import { StreamPort } from '#drivers/radio/ble/stream-port.ts';
import { examineBench } from '#engine/doctor/doctor.ts';
import { knownBleAttacks } from '#fuzz/ble-known.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { nrf52840Dk } from './board.ts';
import { Twin } from './twin.ts';
import { TWIN_BLE } from './virtual-ble.ts';

/** A twin in real time whose console and whose neighbour's HCI controller are reached over TCP, as a lab's are over USB. */
async function lab(...built: readonly string[]) {
  const clock = new RealClock();
  const air = new Air(clock);
  const flaws = new Set(built);
  const address = parseAddress(TWIN_BLE.address);
  const radio = new BlePeripheral({ air, address, flaws, random: dice(1), isPart: true });
  const twin = new Twin(clock, flaws, SOUND_PROFILE, { radio });
  const console = await serveChannel(twin.uart.host, { kind: 'tcp', port: 0 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const controller = new VirtualController({
      name: 'dongle',
      air,
      address: new Uint8Array(6),
      random: dice(2),
    });
    void joinPorts(controller, new StreamPort('host', socket)).then(() => controller.close());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [host = '', port] = console.where.split(':');
  const power = manualPower((request) => {
    if (request.startsWith('Connect')) twin.device.powerOn();
    else if (request.startsWith('Disconnect')) twin.device.powerOff();
    else twin.device.pullReset();
    return Promise.resolve();
  }, 'the twin');
  const board = nrf52840Dk({
    channel: tcp({ host, port: Number(port) }),
    power,
    ble: {
      controller: hciController(`tcp-client:127.0.0.1:${(server.address() as AddressInfo).port}`),
      target: TWIN_BLE,
    },
  });
  return {
    board,
    [Symbol.asyncDispose]: async () => {
      twin.device.powerOff();
      await console.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const longWrite = knownBleAttacks(TWIN_BLE).find(({ id }) => id === 'long-write')?.run ?? assert.fail();
const bytes = encodeBleCase(longWrite);
const allow = [TWIN_BLE.address];

describe('Bluetooth LE over a controller behind a TCP port', () => {
  it('takes a flawed board down, sees it, and finds it again after a reset', async () => {
    await using at = await lab('ble/write-length-trusted');
    await using rig = await at.board.open({ ...calm(), allow });
    const { radio = assert.fail(), power = assert.fail(), identity = assert.fail() } = rig;
    await rig.prepare(calm());
    assert.deepEqual([...radio.protocols], ['smp', 'ble']);
    assert.equal((await radio.alive('ble', calm())).alive, true);
    await radio.inject('ble', bytes, calm());
    const after = await radio.alive('ble', calm());
    assert.deepEqual([after.alive, after.oracle], [false, 'link-lost'], after.how);
    await power.reset(calm());
    await identity.read(calm());
    assert.equal((await radio.alive('ble', calm())).alive, true);
    assert.match(
      rig.instruments['radio'] ?? '',
      /tcp-client:127\.0\.0\.1:\d+, to C4:52:84:00:00:01\/random alone/,
    );
  });

  it('leaves a sound one alive, and another address alone', async () => {
    await using at = await lab();
    {
      await using rig = await at.board.open({ ...calm(), allow });
      await rig.prepare(calm());
      await rig.radio?.inject('ble', bytes, calm());
      assert.equal((await rig.radio?.alive('ble', calm()))?.alive, true);
    }
    await using rig = await at.board.open(calm());
    await assert.rejects(rig.radio?.inject('ble', bytes, calm()) ?? assert.fail(), { code: 'ble-target' });
  });

  it('is examined by doctor: the controller answers, and so does the board', async () => {
    await using at = await lab();
    const bench = { id: 'lab', title: 'Lab', boards: [at.board], allow };
    const findings = await examineBench(bench, { boards: [], onFinding: () => undefined, ...calm() });
    const seen = findings.filter(({ slot }) => slot === 'radio');
    assert.deepEqual(
      seen.map(({ check, state }) => [check, state]),
      [
        ['hci-controller', 'well'],
        ['input-smp', 'well'],
        ['input-ble', 'well'],
      ],
      JSON.stringify(seen),
    );
  });
});

describe('a controller that does not answer', () => {
  it('is told by doctor with what mends it', async () => {
    const nobody = await hciController('tcp-client:127.0.0.1:1').examine?.(calm().signal);
    assert.deepEqual(
      nobody?.map(({ check, state }) => [check, state]),
      [['hci-controller', 'broken']],
    );
    assert.match(nobody?.[0]?.mend ?? '', /start the program that serves it/);
    const absent = await hciController('serial:/dev/no-such-dongle').examine?.(calm().signal);
    assert.deepEqual(
      absent?.map(({ check, state }) => [check, state]),
      [['port', 'broken']],
    );
  });

  it('has a name that can be read, or is refused', () => {
    assert.throws(() => hciController('usb:0'), { code: 'ble-transport', fault: 'caller' });
  });
});
