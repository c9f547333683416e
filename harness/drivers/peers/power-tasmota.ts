import { type Draw, draw } from '#codecs/peers/draw.ts';
import type { Peer } from '#codecs/peers/peer.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { RealClock } from '#drivers/clock.ts';
import { mosquittoMissing, type PlayedPlug, playPlug, startBroker } from '#drivers/peers/power/mosquitto.ts';
import { stopChild } from '#drivers/peers/rfc2217/await-port.ts';
import { tasmotaPower } from '#drivers/power/tasmota.ts';
import { release } from '#drivers/release.ts';

/** A case takes several processes of mosquitto's. */
const MOST = 25;
const TOPIC = 'assay_plug';

/** A plug of one or of two relays, with a meter or without, as Tasmota's documentation describes its answers. */
interface Plug {
  readonly relay: number | undefined;
  readonly metered: boolean;
  /** Option 26: a single relay calls itself POWER1. */
  readonly numbered: boolean;
  on: boolean;
  /** What it was told, without questions. */
  readonly told: string[];
}

function drawPlug(random: Draw): Plug {
  const relay = random.oneIn(3) ? 2 : undefined;
  return { relay, metered: random.oneIn(2), numbered: random.oneIn(4), on: random.oneIn(2), told: [] };
}

/** Messages of Tasmota's own (https://tasmota.github.io/docs/MQTT/, /Commands/). */
function answersOf(plug: Plug): PlayedPlug {
  const command = plug.relay === undefined ? 'POWER' : `POWER${plug.relay}`;
  const member = plug.relay === undefined && plug.numbered ? 'POWER1' : command;
  return (topic, payload) => {
    const word = topic.slice(`cmnd/${TOPIC}/`.length);
    if (word === 'STATUS' && payload === '10') return [[`stat/${TOPIC}/STATUS10`, sensors(plug)]];
    if (word !== command) return [[`stat/${TOPIC}/RESULT`, '{"Command":"Unknown"}']];
    if (payload !== '') {
      plug.told.push(payload);
      plug.on = payload === 'ON';
    }
    const state = plug.on ? 'ON' : 'OFF';
    return [
      [`stat/${TOPIC}/RESULT`, JSON.stringify({ [member]: state })],
      [`stat/${TOPIC}/${member}`, state],
    ];
  };
}

function sensors({ metered, on }: Plug): string {
  const energy = { Total: 3.705, Power: on ? 5 : 0, Voltage: 233, Current: on ? 0.021 : 0 };
  const time = { Time: '2026-01-11T21:57:38' };
  return JSON.stringify({ StatusSNS: metered ? { ...time, ENERGY: energy } : time });
}

const call = (): CallOptions => ({ signal: AbortSignal.timeout(30_000) });

/** The Tasmota driver through mosquitto's broker, against a plug whose network is mosquitto's own clients. */
export const peer: Peer = {
  name: 'power-tasmota',
  tool: 'mosquitto 2, mosquitto_sub and mosquitto_pub',
  async run(options) {
    const { count, seed } = options;
    const skipped = mosquittoMissing();
    if (skipped !== null) return { compared: 0, differ: 0, skipped };
    const started = await startBroker();
    if (started === null) return { compared: 0, differ: 0, skipped: 'mosquitto does not start' };
    const cases = Math.min(count, MOST);
    try {
      let differ = 0;
      for (let index = 0; index < cases; index++) {
        const difference = await compared(started.port, drawPlug(draw(seed, `plug ${index}`)));
        if (difference === null) continue;
        differ += 1;
        options.log(`${index}: ${difference}`);
      }
      return { compared: cases, differ };
    } finally {
      await stopChild(started.broker);
    }
  },
};

async function compared(port: number, plug: Plug): Promise<string | null> {
  const child = await playPlug(port, `cmnd/${TOPIC}/`, answersOf(plug));
  try {
    const broker = { host: '127.0.0.1', port };
    const settings = { broker, topic: TOPIC, ...(plug.relay === undefined ? {} : { relay: plug.relay }) };
    const context = { ...call(), clock: new RealClock(), onLine: () => () => undefined };
    const power = await tasmotaPower(settings).open(context);
    await power.on(call());
    if (!plug.on) return 'the plug did not go on';
    const { verified } = await power.cut({ kind: 'after', ms: 0 }, call());
    if (plug.on) return 'the plug did not go off';
    await release(power);
    const meter = plug.metered ? /and 0 W/ : /it has no meter/;
    if (!meter.test(verified)) return `said of the drop: ${verified}`;
    return plug.told.join(' ') === 'ON OFF ON' ? null : `told ${plug.told.join(' ')}, expected ON OFF ON`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await stopChild(child);
  }
}
