import assert from 'node:assert/strict';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import type { PowerControl } from '#core/capabilities.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { freePort } from '#drivers/channel/free-port.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { EspDevice } from '#virtual/esp-device.ts';
import { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { ESP_SHAPE, provisionedContent } from '#virtual/esp-idf/provision.ts';
import { Storage } from '#virtual/storage.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { buildImage } from './firmware.ts';
import { golden, goldenSetup } from './golden.ts';
import { PLAIN } from './profile.ts';
import { wiredEsp32Devkitc, type Esp32DevkitcWiring } from './wired.ts';

const host = '127.0.0.1';

/** A twin that runs in real time, wired up as if it were hardware: a USB bridge with DTR and RTS, and a switched supply. */
async function bench(): Promise<{
  wiring: Esp32DevkitcWiring;
  storage: Storage;
  device: EspDevice;
  /** Speeds of the bench's end of the line. */
  rates: number[];
}> {
  const clock = new RealClock();
  const storage = new Storage(ESP_SHAPE);
  storage.load(provisionedContent(goldenSetup(PLAIN)));
  const uart = new VirtualUart('twin uart', clock);
  const network = { mqtt: { host, port: await freePort() }, http: { host, port: await freePort() } };
  const device = new EspDevice({
    chip: new EspChip(storage),
    uart,
    clock,
    network: new Tcp(),
    flaws: new Set(),
    deviceId: 'esp32-devkitc',
    broker: network.mqtt,
    watchdogMs: 5000,
    trust: { roots: '' },
  });
  const rates: number[] = [];
  const line: SerialLine = {
    ...uart.host,
    setLines: (lines) => Promise.resolve(device.setLines(lines)).then(() => true),
    setBaudRate: (baudRate) => Promise.resolve(void rates.push(baudRate)),
    purge: () => Promise.resolve(),
  };
  const power: Instrument<PowerControl> = manualPower((request) => {
    if (request.startsWith('Connect')) device.powerOn();
    else if (request.startsWith('Disconnect')) device.powerOff();
    else device.pullReset();
    return Promise.resolve();
  }, 'the twin');
  const channel = { description: 'twin uart', open: () => Promise.resolve(line) };
  return {
    wiring: { channel, power, network, loader: { baudRate: 921_600 } },
    storage,
    device,
    rates,
  };
}

describe('boards/esp32-devkitc/wired', function () {
  this.timeout(30_000);

  it('restores golden through the serial loader, and stages an update behind the application', async () => {
    const { wiring, storage, device, rates } = await bench();
    const entry = wiredEsp32Devkitc(wiring);
    assert.deepEqual([entry.kind, entry.facts.updatePaths], ['board', ['https', 'flash-staged']]);
    const worn: number[] = [];
    storage.erase(0x210000, 0x2000);
    const wear = { erased: (address: number) => void worn.push(address) };
    await using rig = await prepared(
      () => entry.open({ ...calm(), wear }),
      'update',
      'identity',
      'power',
      'probe',
    );
    assert.deepEqual(worn, [0x210000], 'only what differed was written');
    assert.deepEqual(rates, [115_200, 921_600, 115_200], 'the console has its speed again');
    assert.equal(await rig.chipId?.(calm()), '02:00:a5:5a:00:01');
    assert.equal(runs(await rig.identity.read(calm())).identity, golden.identity);

    const staged = buildImage({ version: '1.4.0', securityCounter: 2, payloadSize: 1024 });
    const receipt = await rig.update.offer(staged.bytes, { ...calm(), path: 'flash-staged' });
    assert.equal(receipt.accepted, true);
    await rig.update.activate(calm());
    assert.equal(runs(await rig.identity.read(calm())).identity, staged.identity);
    await rig.power.reset(calm());
    assert.equal(runs(await rig.identity.read(calm())).identity, golden.identity, 'nobody confirmed it');
    device.powerOff();
  });

  it('offers less without the loader, and gives everything back when the board does not answer', async () => {
    const { wiring, device } = await bench();
    const entry = wiredEsp32Devkitc({ ...wiring, loader: false });
    assert.deepEqual([entry.facts.updatePaths, entry.offers.includes('probe')], [['https'], false]);
    device.powerOff();
    const dead = { ...wiring, power: manualPower(() => Promise.resolve(), 'a board without supply') };
    await using rig = await wiredEsp32Devkitc({ ...dead, loader: { attempts: 1 } }).open(calm());
    await assert.rejects(rig.prepare(calm()), { name: 'PeerError', code: 'loader-no-sync', got: 'no byte' });
  });
});
