import { connectAsync } from 'mqtt';
import type { Address } from '#drivers/channel/tcp.ts';
import type { Load } from '#drivers/power/instruments.fixture.ts';

/** A metered plug of one relay, as Tasmota documents its messages; `deaf`: it hears and does not answer. */
export async function tasmotaPlug(
  broker: Address,
  topic: string,
  load: Load,
  options: { readonly deaf?: boolean; readonly welded?: boolean } = {},
) {
  const client = await connectAsync({ host: broker.host, port: broker.port, protocol: 'mqtt' });
  const say = (last: string, value: object) => client.publish(`stat/${topic}/${last}`, JSON.stringify(value));
  client.on('message', (heard, payload) => {
    if (options.deaf === true) return;
    const word = payload.toString();
    if (heard.endsWith('/STATUS')) {
      say('STATUS10', { StatusSNS: { ENERGY: { Power: load.powered ? 5 : 0, Voltage: 233 } } });
      return;
    }
    if (word === 'ON') load.powerOn();
    if (word === 'OFF' && options.welded !== true) load.powerOff();
    say('RESULT', { POWER: load.powered ? 'ON' : 'OFF' });
  });
  await client.subscribeAsync(`cmnd/${topic}/#`);
  return { close: () => client.endAsync(true) };
}
