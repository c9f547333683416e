import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Peer } from '#codecs/peers/peer.ts';
import { freePort } from '#drivers/channel/free-port.ts';
import { awaitPort, stopChild } from '#drivers/peers/rfc2217/await-port.ts';
import { compareRfc2217, type Rfc2217Server } from '#drivers/peers/rfc2217/exchange.ts';

const SCRIPT = fileURLToPath(new URL('rfc2217/server.py', import.meta.url));

/** Our RFC 2217 client against the server side of pyserial (`serial.rfc2217.PortManager`). */
export const peer: Peer = {
  name: 'rfc2217-pyserial',
  tool: 'pyserial 3.5 (PyPI)',
  run: (options) => compareRfc2217(options, start),
};

async function start(terminal: string): Promise<Rfc2217Server | string> {
  const port = await freePort();
  const python = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';
  const child = spawn(python, [SCRIPT, terminal, String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  const stop = () => stopChild(child);
  const lines = () => ({ dtr: /.*dtr (\d)/s.exec(said)?.[1], rts: /.*rts (\d)/s.exec(said)?.[1] });
  if (await awaitPort(child, port)) return { port, stop, lines };
  await stop();
  return 'no python with pyserial; set ASSAY_PEER_PYTHON to one that has .ci/peers.txt';
}
