import assert from 'node:assert/strict';
import { calm } from '#contracts/rigs.ts';
import { type Broker, embeddedBroker } from '#drivers/channel/mqtt-broker.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import { HurriedClock, Lamp } from '#drivers/power/instruments.fixture.ts';
import { tasmotaPlug } from '#drivers/power/tasmota.fixture.ts';
import { tasmotaPower } from '#drivers/power/tasmota.ts';
import { release } from '#drivers/release.ts';

const TOPIC = 'plug7';

describe('drivers/power/tasmota', () => {
  let broker: Broker;
  const context = () => ({ ...calm(), clock: new HurriedClock(20), onLine: () => () => undefined });

  beforeEach(async () => (broker = await embeddedBroker(new Tcp())));
  afterEach(() => broker.close());

  it('switches a plug, reads relay and meter back, and leaves the board powered', async () => {
    const lamp = new Lamp();
    const plug = await tasmotaPlug(broker.address, TOPIC, lamp);
    const power = await tasmotaPower({ broker: broker.address, topic: TOPIC }).open(context());
    await power.on(calm());
    assert.match((await power.cut({ kind: 'after', ms: 1 }, calm())).verified, /relay as open and 0 W/);
    assert.ok(!lamp.powered);
    await release(power);
    assert.ok(lamp.powered);
    await plug.close();
  });

  it('says when the plug is not there, does not switch, or the broker is none', async () => {
    const nobody = tasmotaPower({ broker: broker.address, topic: TOPIC }).open(context());
    await assert.rejects(nobody, { code: 'instrument-silent', expected: /stat\/plug7\/RESULT/ });
    const lamp = new Lamp();
    lamp.powerOn();
    const plug = await tasmotaPlug(broker.address, TOPIC, lamp, { welded: true });
    const power = await tasmotaPower({ broker: broker.address, topic: TOPIC }).open(context());
    await assert.rejects(power.off(calm()), { code: 'supply-still-on' });
    await release(power);
    await plug.close();
    const none = tasmotaPower({ broker: { host: '127.0.0.1', port: 1 }, topic: TOPIC }).open(context());
    await assert.rejects(none, { code: 'broker-failed' });
  });
});
