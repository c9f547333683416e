import { encodeAtt } from '#codecs/ble/att.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { encodePcapng } from '#codecs/ble/pcapng.ts';
import { BlenoTarget } from '#engine/benchmarks/measure/ble-bleno.ts';
import { CALM, TARGET, virtualBleTarget } from '#engine/benchmarks/measure/ble-targets.ts';
import { attSeeds, bleHavoc } from '#fuzz/ble-cases.ts';
import { truncations } from '#fuzz/mutate.ts';

type Say = (line: string) => void;

const SEED = 1;
const CASES = 100_000;
const LINKS = 10_000;
/** Cases whose packets one capture holds. */
const CAPTURE_EVERY = 1000;
const PTY_CASES = 500;

/** Random cases on the sound virtual peripheral, every packet kept and written as a capture. */
async function onVirtualLink(say: Say): Promise<void> {
  let records: HciRecord[] = [];
  let captured = 0;
  const { runner, handles, peripheral } = await virtualBleTarget((record) => void records.push(record));
  const [began, processor] = [performance.now(), process.cpuUsage()];
  let alarms = 0;
  for (let from = 0; from < CASES; from += CAPTURE_EVERY) {
    for (const one of bleHavoc(SEED, handles, CAPTURE_EVERY, from)) {
      const { reaction, what } = await runner.run(one, CALM);
      if (reaction === 'alive') continue;
      alarms += 1;
      say(`alarm: ${one.name}: ${what}`);
    }
    captured += encodePcapng('virtual', records).length;
    records = [];
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(processor);
  say(`${CASES} cases on the sound virtual peripheral: ${alarms} alarms, ${peripheral.boots - 1} restarts`);
  say(`captures: ${(captured / 1e6).toFixed(0)} MB`);
  say(`${Math.round((CASES * 1e6) / (user + system))} cases in a second of the processor`);
  say(`virtual ${Math.round(CASES / seconds)} cases/s`);
}

/** Links that end with requests under way. */
async function reconnects(say: Say): Promise<void> {
  const { adapter } = await virtualBleTarget(() => undefined);
  const began = performance.now();
  const payload = encodeAtt({ type: 'mtuReq', mtu: 100 });
  for (let made = 0; made < LINKS; made++) {
    const link = await adapter.connect(TARGET, CALM);
    for (let request = 0; request < 5; request++) link.send({ cid: CID.att, payload });
    await link.disconnect(CALM);
  }
  const lost = adapter.flow.buffers.aclCount - adapter.flow.credits;
  const rate = Math.round((1000 * LINKS) / (performance.now() - began));
  say(`${LINKS} links: ${lost} credits lost, ${rate} links/s`);
}

/** bleno's single-packet kills, from truncated requests alone. */
async function onBleno(say: Say): Promise<void> {
  const opened = await BlenoTarget.open();
  if (typeof opened === 'string') {
    say(`bleno: not measured: ${opened}`);
    return;
  }
  await using target = opened;
  const handles = { readable: 3, writable: 3 };
  const sound = attSeeds(handles).find(({ type }) => type === 'readReq');
  const reads: readonly BleCase[] = Array.from({ length: PTY_CASES }, (_, index) => ({
    name: `read ${index}`,
    ownLink: false,
    steps: [{ do: 'frame', cid: CID.att, bytes: sound === undefined ? new Uint8Array() : encodeAtt(sound) }],
  }));
  say(`bleno over a pty: ${await target.rate(reads)} cases/s`);
  const cut = attSeeds(handles).flatMap((pdu) =>
    truncations(pdu.type, encodeAtt(pdu)).map(({ name, bytes }): BleCase => ({
      name,
      ownLink: false,
      steps: [{ do: 'frame', cid: CID.att, bytes }],
    })),
  );
  const kills = await target.kills(cut, ({ name }) => name.split(' ')[0] ?? '');
  for (const { packet, what, seconds } of kills) {
    say(`kill: ${Buffer.from(packet).toString('hex')}: ${what}; minimised in ${seconds.toFixed(1)} s`);
  }
  say(`bleno ${kills.length} single-packet kills`);
}

/** LE fuzzing: pace with full captures, false alarms, credits, and what a server that really breaks dies of. */
export async function benchmark(say: Say): Promise<void> {
  await onBleno(say);
  await reconnects(say);
  await onVirtualLink(say);
}
