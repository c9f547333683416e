import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calm, Enough } from '#contracts/rigs.ts';
import { RealClock } from '#drivers/clock.ts';
import { getJson } from '#drivers/power/http-json.ts';
import { Lamp } from '#drivers/power/instruments.fixture.ts';
import { shellyPower } from '#drivers/power/shelly.ts';
import { release } from '#drivers/release.ts';

type Answer = (path: string, response: ServerResponse) => void;

const json = (response: ServerResponse, value: object) => void response.end(JSON.stringify(value));

/** A Shelly of the first generation, as its API documents it. */
function firstGeneration(lamp: Lamp): Answer {
  return (path, response) => {
    if (path === '/shelly') return json(response, { type: 'SHPLG-S', mac: '000000000000', auth: false });
    if (path === '/relay/0?turn=on') lamp.powerOn();
    if (path === '/relay/0?turn=off') lamp.powerOff();
    if (path.startsWith('/relay/0')) return json(response, { ison: lamp.powered, has_timer: false });
    return json(response, { relays: [{ ison: lamp.powered }], meters: [{ power: lamp.powered ? 1.9 : 0 }] });
  };
}

/** One of a later generation. `meter` is what it goes on to measure when it is off. */
function laterGeneration(lamp: Lamp, meter = 0): Answer {
  return (path, response) => {
    if (path === '/shelly') return json(response, { id: 'shellyplusplugs-0', gen: 2, auth_en: false });
    if (path === '/rpc/Switch.Set?id=0&on=true') lamp.powerOn();
    if (path === '/rpc/Switch.Set?id=0&on=false') lamp.powerOff();
    if (path.startsWith('/rpc/Switch.Set')) return json(response, { was_on: !lamp.powered });
    return json(response, { id: 0, output: lamp.powered, apower: lamp.powered ? 1.9 : meter, voltage: 231 });
  };
}

describe('drivers/power/shelly', () => {
  let server: Server | null = null;
  const serve = async (answer: Answer) => {
    server = createServer((request: IncomingMessage, response) => answer(request.url ?? '', response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  };
  const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });

  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    if (server !== null) await once(server, 'close');
    server = null;
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
    server?.close();
    const locked = await serve((_, response) => {
      response.statusCode = 401;
      response.end('{}');
    });
    await assert.rejects(shellyPower(locked).open(context()), { code: 'http-status', remedy: /password/ });
    server?.close();
    await assert.rejects(shellyPower({ host: '127.0.0.1', port: 1 }).open(context()), {
      code: 'instrument-lost',
    });
  });

  it('cuts short what answers never, for ever, or with nonsense', async () => {
    const never = await serve(() => undefined);
    await assert.rejects(getJson(never, '/shelly', calm(60)), { code: 'instrument-silent' });
    const stop = AbortSignal.abort(new Enough());
    await assert.rejects(getJson(never, '/shelly', { signal: stop }), Enough);
    server?.closeAllConnections();
    server?.close();
    const ever = await serve((_, response) => void response.end(Buffer.alloc(1 << 20, 0x20)));
    await assert.rejects(getJson(ever, '/shelly', calm()), { code: 'instrument-babbles' });
    server?.close();
    const page = await serve((_, response) => void response.end('<html>'));
    await assert.rejects(getJson(page, '/shelly', calm()), { name: 'BenchError', code: 'json-answer' });
  });
});
