import assert from 'node:assert/strict';
import { calm, Enough } from '#contracts/rigs.ts';
import { RealClock } from '#drivers/clock.ts';
import { getJson } from '#drivers/power/http-json.ts';
import { Lamp } from '#drivers/power/instruments.fixture.ts';
import {
  firstGeneration,
  json,
  laterGeneration,
  serveShelly,
  type ShellyAnswer,
} from '#drivers/power/shelly.fixture.ts';
import { shellyPower } from '#drivers/power/shelly.ts';
import { release } from '#drivers/release.ts';

describe('drivers/power/shelly', () => {
  const closing: (() => Promise<void>)[] = [];
  const serve = async (answer: ShellyAnswer) => {
    const { close, ...address } = await serveShelly(answer);
    closing.push(close);
    return address;
  };
  const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  for (const [name, device] of Object.entries({ firstGeneration, laterGeneration })) {
    it(`${name}: switches, reads relay and meter back, and leaves the board powered`, async () => {
      const lamp = new Lamp();
      const power = await shellyPower(await serve(device(lamp))).open(context());
      await power.on(calm());
      assert.ok(lamp.powered);
      const { verified } = await power.cut({ kind: 'after', ms: 1 }, calm());
      assert.match(verified, /reads its relay as open and 0 W/);
      await release(power);
      assert.ok(lamp.powered);
    });
  }

  it('says when its device is none, wants a password, or is not there', async () => {
    const none = await serve((_, response) => json(response, { router: 'yes' }));
    await assert.rejects(shellyPower(none).open(context()), { name: 'BenchError', code: 'shelly-answer' });
    const locked = await serve((_, response) => {
      response.statusCode = 401;
      response.end('{}');
    });
    await assert.rejects(shellyPower(locked).open(context()), { code: 'http-status', remedy: /password/ });
    await assert.rejects(shellyPower({ host: '127.0.0.1', port: 1 }).open(context()), {
      code: 'instrument-lost',
    });
  });

  it('cuts short what answers never, for ever, or with nonsense', async () => {
    const never = await serve(() => undefined);
    await assert.rejects(getJson(never, '/shelly', calm(60)), { code: 'instrument-silent' });
    const stop = AbortSignal.abort(new Enough());
    await assert.rejects(getJson(never, '/shelly', { signal: stop }), Enough);
    const ever = await serve((_, response) => void response.end(Buffer.alloc(1 << 20, 0x20)));
    await assert.rejects(getJson(ever, '/shelly', calm()), { code: 'instrument-babbles' });
    const page = await serve((_, response) => void response.end('<html>'));
    await assert.rejects(getJson(page, '/shelly', calm()), { name: 'BenchError', code: 'json-answer' });
  });
});
