import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitPort, stopChild } from '#drivers/peers/rfc2217/await-port.ts';
import { freePort } from '#drivers/channel/free-port.ts';

/** Each with its word for help; the broker starts at any other word. */
const PROGRAMS = [
  ['mosquitto', '-h'],
  ['mosquitto_sub', '--help'],
  ['mosquitto_pub', '--help'],
] as const;

/** Why no broker and clients of mosquitto can be had here; null where they can. */
export function mosquittoMissing(): string | null {
  for (const [program, help] of PROGRAMS) {
    const { error } = spawnSync(program, [help], { stdio: 'ignore', timeout: 5000 });
    if (error !== undefined)
      return `${program} is not installed: apt-get install mosquitto mosquitto-clients`;
  }
  return null;
}

/** A broker on a free loopback port; null where it does not start. */
export async function startBroker(): Promise<{
  readonly port: number;
  readonly broker: ChildProcess;
} | null> {
  const port = await freePort();
  const broker = spawn('mosquitto', ['-p', String(port)], { stdio: 'ignore' });
  if (await awaitPort(broker, port)) return { port, broker };
  await stopChild(broker);
  return null;
}

/** What a plug is told, and what it answers: topic and payload pairs. */
export type PlayedPlug = (
  topic: string,
  payload: string,
) => readonly (readonly [topic: string, payload: string])[];

/** Told until the plug hears it: only then is it subscribed. */
const READY = 'READY';
const PATIENCE = 50;

/** A plug whose network is mosquitto_sub and mosquitto_pub: an MQTT client that we did not write. */
export async function playPlug(port: number, base: string, plug: PlayedPlug): Promise<ChildProcess> {
  const connection = ['-h', '127.0.0.1', '-p', String(port)];
  const child = spawn('mosquitto_sub', [...connection, '-t', `${base}#`, '-F', '%t %p'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const heard = { ready: false };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [topic = '', ...words] = line.split(' ');
    if (topic === `${base}${READY}`) heard.ready = true;
    else for (const [to, payload] of plug(topic, words.join(' '))) publish(connection, to, payload);
  });
  for (let attempt = 0; attempt < PATIENCE && !heard.ready; attempt++) {
    publish(connection, `${base}${READY}`, '');
    await sleep(50);
  }
  return child;
}

function publish(connection: readonly string[], topic: string, payload: string): void {
  spawnSync('mosquitto_pub', [...connection, '-t', topic, '-m', payload], { stdio: 'ignore' });
}
