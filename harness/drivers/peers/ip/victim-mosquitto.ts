import { spawn, spawnSync } from 'node:child_process';
import type { MqttVersion } from '#drivers/peers/ip/rogue-broker.ts';
import type { Victim, VictimMake } from '#drivers/peers/ip/victim.ts';
import { stopChild } from '#drivers/peers/rfc2217/await-port.ts';

const PROTOCOL: Readonly<Record<MqttVersion, string>> = { '3.1.1': 'mqttv311', '5.0': 'mqttv5' };

function start(port: number, version: MqttVersion): Promise<Victim> {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-V', PROTOCOL[version], '-t', '#', '-F', '%t'];
  const child = spawn('mosquitto_sub', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => (said = Buffer.concat([said, chunk])));
  return Promise.resolve({
    report: () =>
      Promise.resolve({
        topics: said
          .toString('latin1')
          .split('\n')
          .slice(0, -1)
          .map((line) => Buffer.from(line, 'latin1').toString('hex')),
        complained: false,
        died: child.signalCode === null ? null : `signal ${child.signalCode}`,
      }),
    stop: () => stopChild(child),
  });
}

/** mosquitto_sub, a process a case. */
export const mosquittoSub: VictimMake = {
  name: 'mosquitto_sub',
  start,
  missing: () => {
    const { error } = spawnSync('mosquitto_sub', ['--help'], { stdio: 'ignore' });
    return Promise.resolve(error === undefined ? null : 'no mosquitto_sub (Debian: mosquitto-clients)');
  },
  close: () => Promise.resolve(),
};
