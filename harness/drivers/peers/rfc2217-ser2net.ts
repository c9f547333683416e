import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '#codecs/peers/peer.ts';
import { freePort } from '#drivers/channel/free-port.ts';
import { awaitPort, stopChild } from '#drivers/peers/rfc2217/await-port.ts';
import { compareRfc2217, type Rfc2217Server } from '#drivers/peers/rfc2217/exchange.ts';

/**
 * Our RFC 2217 client against ser2net. Not covered: control lines as the board sees them, since a pseudo-terminal has
 * none; only that the server takes the command and answers it.
 */
export const peer: Peer = {
  name: 'rfc2217-ser2net',
  tool: 'ser2net 4 (Debian)',
  run: (options) => compareRfc2217(options, startSer2net),
};

/** Starts ser2net for a terminal; a string says why that is impossible. */
export async function startSer2net(terminal: string): Promise<Rfc2217Server | string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-ser2net-'));
  const port = await freePort();
  const file = join(folder, 'ser2net.yaml');
  const lines = [
    'connection: &line',
    `  accepter: telnet(rfc2217),tcp,127.0.0.1,${port}`,
    '  options: { kickolduser: true }',
    `  connector: serialdev,${terminal},115200n81,local`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn('ser2net', ['-n', '-d', '-c', file, '-P', join(folder, 'pid')], { stdio: 'ignore' });
  const stop = async () => {
    await stopChild(child);
    await rm(folder, { recursive: true });
  };
  if (await awaitPort(child, port)) return { port, stop };
  await stop();
  return 'no ser2net; install it (apt-get install ser2net)';
}
