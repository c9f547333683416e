import assert from 'node:assert/strict';
import { lcusRelay, numatoRelay } from '#codecs/serial-relay.ts';
import { calm } from '#contracts/rigs.ts';
import type { Channel, PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Instrument } from '#drivers/instrument.ts';
import {
  lcusDevice,
  Lamp,
  numatoDevice,
  ppk2Device,
  scpiDevice,
  wire,
} from '#drivers/power/instruments.fixture.ts';
import { ppk2 } from '#drivers/power/ppk2.ts';
import { scpiPower } from '#drivers/power/scpi.ts';
import { serialRelay } from '#drivers/power/serial-relay.ts';
import { release } from '#drivers/release.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { VirtualUart } from '#virtual/uart.ts';

/** A wire, what hangs on it, and the instrument that is opened there. */
function bench() {
  const clock = new SimClock();
  const uart = new VirtualUart('instrument', clock);
  const lamp = new Lamp();
  const open = (instrument: Instrument<PowerControl>) =>
    instrument.open({ ...calm(), clock, onLine: () => () => undefined });
  return { clock, uart, lamp, open };
}

const INSTRUMENTS: Readonly<Record<string, (link: Instrument<Channel>) => Instrument<PowerControl>>> = {
  PPK2: (link) => ppk2({ link, millivolts: 3300 }),
  'SCPI supply': (link) => scpiPower({ link, millivolts: 3300, milliamps: 250 }),
};

describe('drivers/power/ppk2', () => {
  it('sets mode and voltage, switches, and measures what the board draws', async () => {
    const { uart, lamp, open } = bench();
    const frames = ppk2Device(uart, lamp);
    const power = await open(ppk2({ link: wire(uart), millivolts: 3300 }));
    assert.deepEqual(frames, [[0x07], [0x19], [0x11, 2], [0x0d, 0x0c, 0xe4]]);
    await power.on(calm());
    assert.ok(lamp.powered);
    const reading = await power.measure?.(calm());
    assert.ok(reading !== undefined && reading.averageUa > 200_000 && reading.peakUa >= reading.averageUa);
    const { verified } = await power.cut({ kind: 'after', ms: 5 }, calm());
    assert.match(
      verified,
      /^0\.\d µA on average, peak .* over 2000 samples after switching off; 21\d{4}\.\d µA/,
    );
    assert.ok(!lamp.powered);
    await release(power);
    assert.ok(lamp.powered, 'the board is left powered');
  });

  it('says when the board goes on to draw', async () => {
    const { uart, lamp, open } = bench();
    ppk2Device(uart, lamp, { stuck: true });
    const power = await open(ppk2({ link: wire(uart), millivolts: 3300 }));
    await power.on(calm());
    await assert.rejects(power.off(calm()), { name: 'BenchError', code: 'supply-still-on', got: /µA/ });
  });

  it('refuses a voltage that the kit cannot supply, before it opens the port', async () => {
    const { uart, open } = bench();
    for (const millivolts of [799, 5001, 3300.5, Number.NaN]) {
      await assert.rejects(open(ppk2({ link: wire(uart), millivolts })), {
        name: 'UsageError',
        code: 'ppk2-voltage',
      });
    }
  });
});

describe('drivers/power/scpi', () => {
  it('sets voltage and limit, and measures how the output falls', async () => {
    const { uart, lamp, clock, open } = bench();
    const said = scpiDevice(uart, lamp, clock);
    const power = await open(scpiPower({ link: wire(uart), millivolts: 3300, milliamps: 250 }));
    assert.deepEqual(said, ['*IDN?', '*CLS', 'VOLT 3.300', 'CURR 0.250', 'SYST:ERR?', 'VOLT?']);
    await power.on(calm());
    const { verified, rail } = await power.cut({ kind: 'after', ms: 5 }, calm());
    assert.match(verified, /^\d+ mV measured \d+ ms after switching off, 3300 mV when it was on$/);
    assert.ok(rail !== undefined && rail.fromMv === 3300 && rail.fallMs > 20 && rail.fallMs < 500);
  });

  it('says when the output does not fall, and when the supply refuses a command', async () => {
    const { uart, lamp, clock, open } = bench();
    scpiDevice(uart, lamp, clock, { stuck: true });
    const settings = { link: wire(uart), millivolts: 3300, milliamps: 250 };
    const power = await open(scpiPower(settings));
    await power.on(calm());
    await assert.rejects(power.off(calm()), { code: 'supply-still-on', got: /^3300 mV after/ });
    const choosy = bench();
    scpiDevice(choosy.uart, choosy.lamp, choosy.clock);
    const wrong = choosy.open(scpiPower({ ...settings, link: wire(choosy.uart), select: 'INST CH9' }));
    await assert.rejects(wrong, { code: 'scpi-refused', got: '-113,"Undefined header"' });
  });

  it('says when the output does not rise, and refuses a voltage for no board', async () => {
    const { uart, clock, open } = bench();
    scpiDevice(uart, { powered: false, powerOn: () => undefined, powerOff: () => undefined }, clock);
    const settings = { link: wire(uart), millivolts: 3300, milliamps: 250 };
    const power = await open(scpiPower(settings));
    await assert.rejects(power.on(calm()), { code: 'supply-not-on' });
    await assert.rejects(open(scpiPower({ ...settings, millivolts: 230_000 })), { name: 'UsageError' });
  });
});

describe('drivers/power/serial-relay', () => {
  it('takes the contact that rests closed into account', async () => {
    const { uart, lamp, open } = bench();
    lcusDevice(uart, lamp);
    const power = await open(serialRelay({ link: wire(uart), protocol: lcusRelay(), normally: 'closed' }));
    await power.off(calm());
    assert.ok(lamp.powered, 'the relay is pulled in');
    await power.on(calm());
    assert.ok(!lamp.powered);
  });

  it('says what it cannot know', async () => {
    const { uart, lamp, open } = bench();
    lcusDevice(uart, lamp);
    const power = await open(serialRelay({ link: wire(uart), protocol: lcusRelay() }));
    assert.match((await power.cut({ kind: 'after', ms: 1 }, calm())).verified, /^not read back: /);
  });

  it('reads back a relay that tells its state, and says when it is stuck', async () => {
    const { uart, lamp, open } = bench();
    numatoDevice(uart, lamp);
    const power = await open(serialRelay({ link: wire(uart), protocol: numatoRelay() }));
    await power.on(calm());
    assert.match((await power.cut({ kind: 'after', ms: 1 }, calm())).verified, /reads as let go/);
    const stuck = bench();
    numatoDevice(stuck.uart, { powered: true, powerOn: () => undefined, powerOff: () => undefined });
    const relay = await stuck.open(serialRelay({ link: wire(stuck.uart), protocol: numatoRelay() }));
    await assert.rejects(relay.off(calm()), { code: 'supply-still-on' });
  });
});

describe('instruments that misbehave', () => {
  for (const [name, make] of Object.entries(INSTRUMENTS)) {
    it(`${name}: one that never answers gives an error with the remedy, and the port back`, async () => {
      const { uart, open } = bench();
      await assert.rejects(open(make(wire(uart))), {
        name: 'BenchError',
        code: 'instrument-silent',
        got: 'nothing',
      });
      await assert.rejects(uart.host.write(new Uint8Array(1), calm()), { code: 'channel-closed' });
    });

    it(`${name}: one that answers for ever is cut short`, async () => {
      const { uart, open } = bench();
      const noise = new Uint8Array(200_000).fill(0x55);
      uart.listen(() => {
        for (let count = 0; count < 6; count++) uart.send(noise);
      });
      const babbling = /^(instrument-babbles|scpi-answer|ppk2-metadata|reader-too-slow|instrument-silent)$/;
      await assert.rejects(open(make(wire(uart))), ({ code }: BenchError) => babbling.test(code));
      await assert.rejects(uart.host.write(new Uint8Array(1), calm()), { code: 'channel-closed' });
    });

    it(`${name}: one that is pulled out while it is asked says so`, async () => {
      const { uart, open } = bench();
      const gone = new BenchError({ code: 'serial-lost', message: 'the port is gone', remedy: 'plug it in' });
      uart.listen(() => uart.fail(gone));
      await assert.rejects(open(make(wire(uart))), { code: 'instrument-lost', got: 'the port is gone' });
    });

    it(`${name}: nonsense is the instrument’s fault, with what came`, async () => {
      const { uart, open } = bench();
      uart.listen(() => uart.send(Buffer.from('\u0000\u00ffEND?\n<html>\n')));
      const nonsense = /^(scpi-answer|instrument-silent|scpi-refused|scpi-voltage)$/;
      const opening = open(make(wire(uart))).then(async (power) => power.on(calm()));
      await assert.rejects(opening, ({ code }: BenchError) => nonsense.test(code));
    });
  }
});
