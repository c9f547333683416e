import type { Peer } from '#codecs/peers/peer.ts';
import { encodeBtsnoop, type HciRecord } from '#codecs/ble/btsnoop.ts';
import { encodeLeEvent } from '#codecs/ble/hci.ts';
import { encodeHciPcapng } from '#codecs/ble/pcapng.ts';
import { RealClock } from '#drivers/clock.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { openHost, OUR_PERIPHERAL, OURS, recorded, virtualController } from '#drivers/peers/ble/hosts.ts';
import { HANDLE, samplePdus, type Sample } from '#drivers/peers/ble/sample-pdus.ts';
import { dissect, type Frame } from '#drivers/peers/ble/tshark.ts';
import { compareTwoHosts } from '#drivers/peers/ble/two-hosts.ts';
import { Air } from '#virtual/ble/air.ts';

const CONNECTED = encodeLeEvent({
  type: 'connected',
  status: 0,
  handle: HANDLE,
  role: 0,
  peerAddressType: 1,
  peerAddress: OUR_PERIPHERAL.bytes,
  interval: 6,
  latency: 0,
  timeout: 100,
  clockAccuracy: 0,
});

/**
 * PDUs that tshark 4.0 does not take apart, being younger than its tables, and masks, which it shows bit by bit: of these
 * it is only asked whether they are well-formed.
 */
const OPAQUE: ReadonlySet<string> = new Set([
  'command setEventMask',
  'event encryptionChangeV2',
  'signal enhancedConnectReq',
  'signal enhancedConnectRsp',
  'signal reconfigureReq',
  'ATT readVariableReq',
  'ATT readVariableRsp',
  'ATT notifyMultiple',
]);

/** What a valid session looks like at each host: everything the two do with each other. */
async function recordedSession(checks: Checks, seed: number): Promise<readonly (readonly HciRecord[])[]> {
  const air = new Air(new RealClock());
  const [near, far]: [HciRecord[], HciRecord[]] = [[], []];
  const port = (name: string, number: number, records: HciRecord[]) =>
    recorded(virtualController(air, name, number), (record) => void records.push(record));
  const central = await openHost(port('near', 1, near), OURS, [OUR_PERIPHERAL]);
  const peripheral = await openHost(port('far', 2, far), OUR_PERIPHERAL, []);
  await compareTwoHosts(checks, central, peripheral, { count: 20, seed });
  return [near, far];
}

/** Fields of a sample that tshark has not at that place. */
function missing({ spans }: Sample, frame: Frame): readonly string[] {
  return spans
    .filter(({ pos, size }) => !frame.fields.some((field) => field.pos === pos && field.size === size))
    .map(({ name, pos, size }) => `${name} (${size} bytes at ${pos})`);
}

async function comparePdus(checks: Checks, seed: number): Promise<string | null> {
  const samples = samplePdus(seed);
  // Each PDU has its own link event in front: what came before must not decide how it is read.
  const records = samples.flatMap(({ packet, received, name }) => [
    { received: true, atUs: 0, packet: CONNECTED },
    { received, atUs: 0, packet, comment: name },
  ]);
  const frames = await dissect(encodeHciPcapng('samples', records), 'pcapng');
  if (typeof frames === 'string') return frames;
  for (const [index, sample] of samples.entries()) {
    const frame = frames[2 * index + 1] ?? { fields: [], malformed: true };
    await checks.check(`${sample.name}: well-formed`, () => frame.malformed, false);
    if (OPAQUE.has(sample.name)) continue;
    await checks.check(`${sample.name}: fields`, () => missing(sample, frame), []);
  }
  return null;
}

/** Captures of valid sessions, and one of every PDU, before tshark: none malformed, each field where we put it. */
export const peer: Peer = {
  name: 'ble-tshark',
  tool: 'tshark (Debian)',
  async run(options) {
    const checks = new Checks((line) => options.log(line));
    for (const records of await recordedSession(checks, options.seed)) {
      for (const [extension, capture] of [
        ['pcapng', encodeHciPcapng('session', records)],
        ['btsnoop', encodeBtsnoop(records)],
      ] as const) {
        const frames = await dissect(capture, extension);
        if (typeof frames === 'string') return { compared: 0, differ: 0, skipped: frames };
        await checks.check(`${extension}: frames`, () => frames.length, records.length);
        await checks.check(
          `${extension}: malformed`,
          () => frames.filter(({ malformed }) => malformed).length,
          0,
        );
      }
    }
    for (let round = 0; round < Math.max(1, options.count / 50); round++) {
      const skipped = await comparePdus(checks, options.seed + round);
      if (skipped !== null) return { compared: 0, differ: 0, skipped };
    }
    return checks.result;
  },
};
