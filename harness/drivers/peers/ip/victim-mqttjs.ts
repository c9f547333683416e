import { connect } from 'mqtt';
import type { MqttVersion } from '#drivers/peers/ip/rogue-broker.ts';
import type { Victim, VictimMake } from '#drivers/peers/ip/victim.ts';

function start(port: number, version: MqttVersion): Promise<Victim> {
  const client = connect({
    host: '127.0.0.1',
    port,
    protocol: 'mqtt',
    protocolVersion: version === '5.0' ? 5 : 4,
    reconnectPeriod: 0,
    connectTimeout: 5000,
  });
  const topics: string[] = [];
  let complained = false;
  client.on('error', () => (complained = true));
  client.on('connect', () => client.subscribe('#', () => undefined));
  client.on('message', (topic) => topics.push(Buffer.from(topic, 'utf8').toString('hex')));
  return Promise.resolve({
    report: () => Promise.resolve({ topics: [...topics], complained, died: null }),
    stop: async () => {
      await client.endAsync(true);
    },
  });
}

/** MQTT.js, in this process. */
export const mqttJs: VictimMake = {
  name: 'MQTT.js',
  start,
  missing: () => Promise.resolve(null),
  close: () => Promise.resolve(),
};
