import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Load } from '#drivers/power/instruments.fixture.ts';

export type ShellyAnswer = (path: string, response: ServerResponse) => void;

export const json = (response: ServerResponse, value: object) => void response.end(JSON.stringify(value));

/** A Shelly of the first generation, as its API documents it. */
export function firstGeneration(load: Load): ShellyAnswer {
  return (path, response) => {
    if (path === '/shelly') return json(response, { type: 'SHPLG-S', mac: '000000000000', auth: false });
    if (path === '/relay/0?turn=on') load.powerOn();
    if (path === '/relay/0?turn=off') load.powerOff();
    if (path.startsWith('/relay/0')) return json(response, { ison: load.powered, has_timer: false });
    return json(response, { relays: [{ ison: load.powered }], meters: [{ power: load.powered ? 1.9 : 0 }] });
  };
}

/** One of a later generation. */
export function laterGeneration(load: Load): ShellyAnswer {
  return (path, response) => {
    if (path === '/shelly') return json(response, { id: 'shellyplusplugs-0', gen: 2, auth_en: false });
    if (path === '/rpc/Switch.Set?id=0&on=true') load.powerOn();
    if (path === '/rpc/Switch.Set?id=0&on=false') load.powerOff();
    if (path.startsWith('/rpc/Switch.Set')) return json(response, { was_on: !load.powered });
    return json(response, { id: 0, output: load.powered, apower: load.powered ? 1.9 : 0, voltage: 231 });
  };
}

/** Serves a device on a loopback port; gives its address, and how to end it. */
export async function serveShelly(answer: ShellyAnswer) {
  const server = createServer((request: IncomingMessage, response) => answer(request.url ?? '', response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { host: '127.0.0.1', port, close };
}
