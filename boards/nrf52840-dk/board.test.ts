import assert from 'node:assert/strict';
import { calm, Enough, prepared, runs } from '#contracts/rigs.ts';
import type { PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { nrf52840Dk, type Nrf52840DkWiring } from './board.ts';
import { buildImage, firmware } from './firmware.ts';
import { slot0 } from './layout.ts';
import { Twin } from './twin.ts';

/** A twin that runs in real time, wired up as if it were hardware. */
function benchOf(twin: Twin): Nrf52840DkWiring & { readonly probe: NonNullable<Nrf52840DkWiring['probe']> } {
  const { device } = twin;
  const power: Instrument<PowerControl> = manualPower(async (request) => {
    if (request.startsWith('Connect')) device.powerOn();
    else if (request.startsWith('Disconnect')) device.powerOff();
    else device.pullReset();
    return Promise.resolve();
  }, 'the twin');
  return {
    power,
    channel: { description: 'twin uart', open: () => Promise.resolve(twin.uart.host) },
    probe: { description: 'twin probe', open: () => Promise.resolve(twin.probe()) },
  };
}

describe('boards/nrf52840-dk/board', () => {
  it('restores golden with its probe, and tries an update in real time', async () => {
    const twin = new Twin(new RealClock(), new Set());
    const entry = nrf52840Dk(benchOf(twin));
    assert.deepEqual(
      [entry.kind, entry.flaws, entry.facts.updatePaths],
      ['board', [], ['smp', 'flash-staged']],
    );
    await twin.probe().write(slot0.offset, new Uint8Array(512), calm());
    await using rig = await prepared(() => entry.open(calm()), 'update', 'identity', 'power', 'probe');
    assert.deepEqual(Object.keys(rig.instruments), ['channel', 'power', 'probe']);
    const newer = buildImage({ version: '1.3.0', payloadSize: 1024 });
    assert.equal((await rig.update.offer(newer.bytes, calm())).accepted, true);
    await rig.update.activate(calm());
    assert.equal(runs(await rig.identity.read(calm())).identity, newer.identity);
    await rig.power.reset(calm());
    assert.equal(runs(await rig.identity.read(calm())).identity, firmware.golden.identity);
    await rig.power.off(calm());
  });

  it('offers less without a probe, and says when golden does not run', async () => {
    const twin = new Twin(new RealClock(), new Set());
    const { channel, power } = benchOf(twin);
    const entry = nrf52840Dk({ channel, power });
    assert.deepEqual(entry.facts.updatePaths, ['smp']);
    assert.ok(!entry.offers.includes('probe'));
    await twin.probe().write(slot0.offset, new Uint8Array(512), calm());
    await using rig = await entry.open(calm());
    await assert.rejects(rig.prepare(calm(600)), { name: 'BenchError', code: 'golden-not-running' });
    twin.device.powerOff();
  });

  it('closes the port again when another instrument is missing', async () => {
    const twin = new Twin(new RealClock(), new Set());
    const missing = new BenchError({ code: 'no-relay', message: 'no relay', remedy: 'plug it in' });
    const power = { description: 'missing', open: () => Promise.reject(missing) };
    await assert.rejects(nrf52840Dk({ ...benchOf(twin), power }).open(calm()), { code: 'no-relay' });
    await assert.rejects(twin.uart.host.write(new Uint8Array(1), calm()), { code: 'channel-closed' });
  });

  it('ends with the reason of the signal that opened it', async () => {
    const twin = new Twin(new RealClock(), new Set());
    const power: Instrument<PowerControl> = {
      description: 'asks first',
      open: ({ signal }) => Promise.reject(signal.reason as Error),
    };
    const signal = AbortSignal.abort(new Enough());
    await assert.rejects(nrf52840Dk({ ...benchOf(twin), power }).open({ signal }), Enough);
  });
});
