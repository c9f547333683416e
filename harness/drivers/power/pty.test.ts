import assert from 'node:assert/strict';
import { lcusRelay } from '#codecs/serial-relay.ts';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import type { PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { openPty, type Pty } from '#drivers/channel/pty.ts';
import { serial } from '#drivers/channel/serial.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { type FarEnd, Lamp, lcusDevice, ppk2Device, scpiDevice } from '#drivers/power/instruments.fixture.ts';
import { ppk2 } from '#drivers/power/ppk2.ts';
import { scpiPower } from '#drivers/power/scpi.ts';
import { serialRelay } from '#drivers/power/serial-relay.ts';
import { release } from '#drivers/release.ts';

/** The far end of a real terminal, where a simulated instrument sits. */
function farEnd(pty: Pty): FarEnd {
  return {
    listen: (receive) => {
      void (async () => {
        for await (const chunk of pty.incoming) receive?.(chunk);
      })();
    },
    send: (bytes) => void pty.write(bytes, calm()),
  };
}

describe('power instruments over real terminals', function () {
  this.timeout(10_000);
  let pty: Pty;
  const clock = new RealClock();
  const open = (instrument: Instrument<PowerControl>) =>
    instrument.open({ ...calm(), clock, onLine: () => () => undefined });
  const link = (baudRate: number) => serial({ path: pty.path, baudRate, reconnectMs: 0 });

  beforeEach(async function () {
    pty = await openPty().catch((error: unknown) => {
      if (error instanceof BenchError && error.code === 'no-socat')
        skipBecause(this, 'no socat: apt-get install socat');
      throw error;
    });
  });
  afterEach(() => pty.close());

  it('an LCUS relay at 9600 baud', async () => {
    const lamp = new Lamp();
    lcusDevice(farEnd(pty), lamp);
    const power = await open(serialRelay({ link: link(9600), protocol: lcusRelay() }));
    for (const wanted of [true, false, true]) {
      await (wanted ? power.on(calm()) : power.off(calm()));
      await clock.sleep(100);
      assert.equal(lamp.powered, wanted);
    }
    await release(power);
  });

  it('a PPK2, whose samples are as many as they are', async () => {
    const lamp = new Lamp();
    ppk2Device(farEnd(pty), lamp);
    const power = await open(ppk2({ link: link(115_200), millivolts: 3300 }));
    await power.on(calm());
    const { verified } = await power.cut({ kind: 'after', ms: 1 }, calm());
    assert.match(verified, /over 2000 samples after switching off; 21\d{4}/);
    await release(power);
    assert.ok(lamp.powered);
  });

  it('a SCPI supply on its serial port', async () => {
    const lamp = new Lamp();
    scpiDevice(farEnd(pty), lamp, clock);
    const power = await open(scpiPower({ link: link(9600), millivolts: 3300, milliamps: 250 }));
    await power.on(calm());
    assert.equal((await power.cut({ kind: 'after', ms: 1 }, calm())).rail?.fromMv, 3300);
    await release(power);
  });

  it('one that is pulled out says so, and lets go of its port', async () => {
    scpiDevice(farEnd(pty), new Lamp(), clock);
    const power = await open(scpiPower({ link: link(9600), millivolts: 3300, milliamps: 250 }));
    await pty.close();
    await assert.rejects(power.on(calm()), { name: 'BenchError' });
    await release(power);
  });
});
