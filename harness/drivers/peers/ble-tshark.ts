import type { Peer } from '#codecs/peers/peer.ts';
import { encodeBtsnoop, type HciRecord } from '#codecs/ble/btsnoop.ts';
import { encodeLeEvent } from '#codecs/ble/hci.ts';
import { encodeHciPcapng } from '#codecs/ble/pcapng.ts';
import { encodePcapng, LINK_TYPE } from '#codecs/pcapng.ts';
import { RealClock } from '#drivers/clock.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { openHost, OUR_PERIPHERAL, OURS, recorded, virtualController } from '#drivers/peers/ble/hosts.ts';
import { isName } from '#drivers/peers/ble/field-names.ts';
import { HANDLE, sampleControls, samplePdus, type Sample } from '#drivers/peers/ble/sample-pdus.ts';
import type { Span } from '#drivers/peers/ble/spans.ts';
import { dissect, type Dissected, type Frame } from '#drivers/peers/ble/tshark.ts';
import { compareTwoHosts } from '#drivers/peers/ble/two-hosts.ts';
import { TOO_YOUNG } from '#drivers/peers/ble/too-young.ts';
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

/** Stretches that tshark shows number by number, and the bytes of the first. */
const SPLIT: ReadonlyMap<string, number> = new Map([['offsets', 2]]);

/** Whether tshark's field is ours: its place, its name, and what it says of a number. */
function isField({ name, pos, size, value }: Span, theirs: Dissected): boolean {
  const first = SPLIT.get(name) ?? size;
  if (theirs.pos !== pos || theirs.size !== first || !isName(name, theirs.name)) return false;
  const shown = theirs.show === '' ? Number.NaN : Number(theirs.show);
  return value === null || Number.isNaN(shown) || shown === value;
}

/** Fields of a sample that tshark has not at that place, or that it calls or reads otherwise. */
function missing({ spans }: Pick<Sample, 'spans'>, frame: Frame): readonly string[] {
  return spans
    .filter((span) => !frame.fields.some((field) => isField(span, field)))
    .map(({ name, pos, size, value }) => {
      const there = frame.fields.filter((field) => field.pos === pos && field.size === size);
      const theirs = there.map((field) => `${field.name} ${field.show}`).join(', ');
      return `${name} ${value ?? ''} (${size} bytes at ${pos}): ${theirs || 'nothing'}`;
    });
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
    if (TOO_YOUNG.has(sample.name)) continue;
    await checks.check(`${sample.name}: fields`, () => missing(sample, frame), []);
  }
  return null;
}

async function compareControls(checks: Checks, seed: number): Promise<void> {
  const samples = sampleControls(seed);
  const records = samples.map(({ bytes, name }) => ({ atUs: 0, bytes, comment: name }));
  const frames = await dissect(
    encodePcapng({ name: 'air', linkType: LINK_TYPE.bluetoothLe }, records),
    'pcapng',
  );
  for (const [index, sample] of samples.entries()) {
    const frame = (typeof frames === 'string' ? undefined : frames[index]) ?? { fields: [], malformed: true };
    await checks.check(`${sample.name}: well-formed`, () => frame.malformed, false);
    await checks.check(`${sample.name}: fields`, () => missing(sample, frame), []);
  }
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
      await compareControls(checks, options.seed + round);
    }
    return checks.result;
  },
};
