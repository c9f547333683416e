import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import { expectedTaking } from '#drivers/peers/ip/expected-takings.ts';
import { RogueBroker, SENTINEL, type MqttVersion } from '#drivers/peers/ip/rogue-broker.ts';
import type { VictimMake, VictimReport } from '#drivers/peers/ip/victim.ts';
import { mqttBrokerCases, type BrokerCase } from '#fuzz/mqtt-broker-cases.ts';
import { mqtt5BrokerCases } from '#fuzz/mqtt5-broker-cases.ts';

/**
 * How a client takes a case: it ends the connection, hands the message on, goes on as if nothing had been, waits for what
 * does not come, or dies.
 */
export type Taken = 'refuses' | 'delivers' | 'tolerates' | 'waits' | 'dies';

/** Longest that a client gets to show what it makes of a case. */
const PATIENCE_MS = 900;
/** A machine that is busy gets this many times as long, once, before a difference counts. */
const SECOND_CHANCE = 5;
const STEP_MS = 12;
const TOPIC = 'assay/board/ota';
const CONTROL: BrokerCase = { name: 'control', bytes: new Uint8Array(), instead: 'nothing' };
const SENTINEL_HEX = Buffer.from(SENTINEL).toString('hex');
const tcp = new Tcp();

function takenOf({ topics, complained, died }: VictimReport, broker: RogueBroker): Taken | null {
  if (died !== null) return 'dies';
  if (complained) return 'refuses';
  if (topics.includes(SENTINEL_HEX)) return topics.length > 1 ? 'delivers' : 'tolerates';
  return broker.closed ? 'refuses' : null;
}

/** Plays one case to one client and says how it took it. */
async function play(
  one: BrokerCase,
  make: VictimMake,
  version: MqttVersion,
  patienceMs: number,
): Promise<Taken> {
  const broker = await RogueBroker.open(tcp, one, version);
  const victim = await make.start(broker.port, version);
  try {
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
      await sleep(STEP_MS);
      const taken = takenOf(await victim.report(), broker);
      // What closes the connection may be on its way to its death: it gets one more look.
      if (taken === 'refuses') {
        await sleep(STEP_MS);
        return takenOf(await victim.report(), broker) ?? taken;
      }
      if (taken !== null) return taken;
    }
    return 'waits';
  } finally {
    await victim.stop();
    await broker.close();
  }
}

const ROUNDS: readonly (readonly [MqttVersion, readonly BrokerCase[]])[] = [
  ['3.1.1', [CONTROL, ...mqttBrokerCases(TOPIC)]],
  ['5.0', [CONTROL, ...mqtt5BrokerCases(TOPIC)]],
];

/** Plays every named case of a rogue broker to one client and compares with how it is known to take them. */
export async function differential(make: VictimMake, options: PeerOptions): Promise<PeerResult> {
  const skipped = await make.missing();
  if (skipped !== null) return { compared: 0, differ: 0, skipped };
  const tally = new Map<Taken, number>();
  let [compared, differ] = [0, 0];
  try {
    for (const [version, cases] of ROUNDS) {
      for (const one of cases) {
        const expected = expectedTaking(one.name, make.name);
        let taken = await play(one, make, version, PATIENCE_MS);
        if (taken !== expected) taken = await play(one, make, version, SECOND_CHANCE * PATIENCE_MS);
        tally.set(taken, (tally.get(taken) ?? 0) + 1);
        compared += 1;
        if (taken === expected) continue;
        differ += 1;
        options.log(
          `${make.name}, MQTT ${version}, ${one.name}: ${taken}, expected ${expected ?? 'nothing yet'}`,
        );
      }
    }
  } finally {
    await make.close();
  }
  options.log(`${make.name}: ${[...tally].map(([taken, count]) => `${taken} ${count}`).join(', ')}`);
  return { compared, differ };
}
