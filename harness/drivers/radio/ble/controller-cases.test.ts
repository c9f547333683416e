import assert from 'node:assert/strict';
import type { HciPort, HciPortEvents } from '#codecs/ble/hci-port.ts';
import type { H4Packet } from '#codecs/ble/h4.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import { GattServer } from '#drivers/radio/ble/gatt-server.ts';
import { CALM, TwoHosts } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { controllerCases } from '#fuzz/ble-controller-cases.ts';
import { peripheralDatabase } from '#virtual/ble/peripheral-database.ts';

/** A controller that says whatever it is told to, besides what it has to say. */
class PossessedPort implements HciPort {
  readonly name: string;
  readonly #port: HciPort;
  #host: HciPortEvents | null = null;

  constructor(port: HciPort) {
    this.#port = port;
    this.name = port.name;
  }

  say(packet: H4Packet): void {
    this.#host?.packet(packet);
  }

  listen(events: HciPortEvents): void {
    this.#host = events;
    this.#port.listen(events);
  }

  send(packet: H4Packet): void {
    this.#port.send(packet);
  }

  close(): Promise<void> {
    return this.#port.close();
  }
}

describe('a hostile controller', () => {
  it('does not take our own host down: after each case a value is read over the same link', async () => {
    const ports: PossessedPort[] = [];
    const hosts = await TwoHosts.open({
      wrap: (port) => {
        const possessed = new PossessedPort(port);
        ports.push(possessed);
        return possessed;
      },
    });
    const [port] = ports;
    assert.ok(port !== undefined);
    const database = peripheralDatabase(() => undefined);
    const { central } = await hosts.connect((link) => void new GattServer(link, { database }));
    const client = new AttClient(central);
    const cases = controllerCases();
    for (const { name, packets } of cases) {
      for (const packet of packets) port.say(packet);
      const answer = await client.request({ type: 'readReq', handle: 3 }, CALM);
      assert.equal(answer.type, 'readRsp', name);
      await hosts.central.host.command({ type: 'leRand' }, CALM);
    }
    assert.ok(cases.length > 100, String(cases.length));
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  });
});
