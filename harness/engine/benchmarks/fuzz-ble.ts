import { encodeAtt } from '#codecs/ble/att.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { BLENO_KILLS, huntBleno } from '#drivers/peers/ble-bleno-kills.ts';
import { BLENO_HANDLES, BlenoTarget } from '#drivers/peers/ble/bleno-target.ts';
import { openBumbleTarget } from '#drivers/peers/ble/bumble-target.ts';
import { CALL } from '#drivers/peers/ble/hosts.ts';
import { BleEvidence } from '#engine/benchmarks/measure/ble-evidence.ts';
import { paceOf, type Pace } from '#engine/benchmarks/measure/ble-pace.ts';
import { CALM, TARGET, virtualBleTarget } from '#engine/benchmarks/measure/ble-targets.ts';
import { attSeeds, bleHavoc, frameCase } from '#fuzz/ble-cases.ts';

type Say = (line: string) => void;

const SEED = 1;
const CASES = 20_000;
const LINKS = 10_000;
/** Cases over a link to somebody else's server. */
const THEIR_CASES = 2000;

/** Sound requests of every kind, one after the other: what random damage does to a peer would be the peer's pace. */
function soundCases(count: number): readonly BleCase[] {
  const seeds = attSeeds(BLENO_HANDLES);
  return Array.from({ length: count }, (_, index) => {
    const pdu = seeds[index % seeds.length] ?? { type: 'confirm' };
    return frameCase(`ATT ${pdu.type} ${index}`, CID.att, encodeAtt(pdu));
  });
}

function tell(
  say: Say,
  where: string,
  { cases, byClock, byProcessor, alarms }: Pace,
  megabytes: number,
): void {
  for (const alarm of alarms) say(`alarm: ${alarm}`);
  say(`${cases} cases ${where}: ${alarms.length} alarms, ${megabytes.toFixed(1)} MB of captures`);
  say(`${where}: ${Math.round(byProcessor)} cases in a second of the processor`);
  say(`${where}: ${Math.round(byClock)} cases/s with full evidence`);
}

/** Random cases on the sound virtual peripheral. */
async function onVirtualLink(say: Say): Promise<void> {
  using evidence = new BleEvidence('virtual');
  const { runner, handles, peripheral } = await virtualBleTarget(evidence.keep);
  const pace = await paceOf((one) => runner.run(one, CALM), bleHavoc(SEED, handles, CASES), evidence);
  if (peripheral.boots > 1) say(`the sound peripheral restarted ${peripheral.boots - 1} times`);
  tell(say, 'on the virtual link', pace, evidence.captured / 1e6);
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

async function onBumble(say: Say): Promise<void> {
  using evidence = new BleEvidence('bumble');
  const opened = await openBumbleTarget(evidence.keep);
  if (typeof opened === 'string') {
    say(`over Bumble's link: not measured: ${opened}`);
    return;
  }
  await using target = opened;
  const pace = await paceOf((one) => target.runner.run(one, CALL), soundCases(THEIR_CASES), evidence);
  tell(say, "over Bumble's link", pace, evidence.captured / 1e6);
}

/** bleno's pace over a pseudo-terminal, and the packets that it dies of, from random damage with a fixed seed. */
async function onBleno(say: Say): Promise<void> {
  using evidence = new BleEvidence('bleno');
  const opened = await BlenoTarget.open(evidence.keep);
  if (typeof opened === 'string') {
    say(`over a pty to bleno: not measured: ${opened}`);
    return;
  }
  await using target = opened;
  const pace = await paceOf((one) => target.run(one), soundCases(THEIR_CASES), evidence);
  tell(say, 'over a pty to bleno', pace, evidence.captured / 1e6);
  const { kills, missed } = await huntBleno(target, say);
  say(
    `bleno: ${kills.length} single-packet kills, ${missed.length} of the ${BLENO_KILLS.length} known ones missed`,
  );
}

/** LE fuzzing: pace with full evidence on three links, credits, and what a server that really breaks dies of. */
export async function benchmark(say: Say): Promise<void> {
  await onBleno(say);
  await onBumble(say);
  await reconnects(say);
  await onVirtualLink(say);
}
