import { attTitle } from '#codecs/ble/att.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import type { Peer } from '#codecs/peers/peer.ts';
import { BLENO_HANDLES, BlenoTarget } from '#drivers/peers/ble/bleno-target.ts';
import { KillHunt, type Kill } from '#drivers/peers/ble/kill-hunt.ts';
import { bleHavoc } from '#fuzz/ble-cases.ts';

/** The seed of the hunt: the same packets every time, whatever the sweep's own seed is. */
const SEED = 1;
const CASES = 1500;
/** A kill is of use when it is a packet within this time. */
const MOST_SECONDS = 60;

/**
 * Requests that bleno 0.12.4 dies of when they are too short for their fields: exceptions of its parser, after which it
 * answers nothing any more.
 */
export const BLENO_KILLS: readonly number[] = [0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x12];

/** A kill as one line. */
export function killText({ index, cid, packet, shortest, killed, replays, seconds, what }: Kill): string {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const title = cid === CID.att ? attTitle(packet[0] ?? 0) : `channel ${cid}`;
  const named = `${title}: ${hex(shortest)}, found in case ${index} as ${hex(packet)}`;
  return `${named}; ${killed} of ${replays} replays; named in ${seconds.toFixed(1)} s; ${what}`;
}

/** Hunts on a bleno; gives what was found, and which of the known kills were not, or took too long to name. */
export async function huntBleno(target: BlenoTarget, say: (line: string) => void) {
  const hunted = await new KillHunt(target, (kill) => say(`kill: ${killText(kill)}`)).run(
    bleHavoc(SEED, BLENO_HANDLES, CASES),
  );
  const missed = BLENO_KILLS.filter(
    (opcode) =>
      !hunted.kills.some(
        ({ cid, packet, seconds }) => cid === CID.att && packet[0] === opcode && seconds < MOST_SECONDS,
      ),
  );
  return { ...hunted, missed };
}

/** bleno's known single-packet kills, found from a fixed seed by random damage, each named by replay. */
export const peer: Peer = {
  name: 'ble-bleno-kills',
  tool: '@stoprocent/bleno 0.12.4 (npm), a server that really breaks',
  async run(options) {
    const opened = await BlenoTarget.open();
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using target = opened;
    const { cases, alarms, unexplained, kills, missed } = await huntBleno(target, (line) =>
      options.log(line),
    );
    options.log(
      `${cases} cases from seed ${SEED}: ${alarms} alarms, ${unexplained} not explained, ${kills.length} kills`,
    );
    for (const opcode of missed) options.log(`missed: ${attTitle(opcode)}`);
    return { compared: BLENO_KILLS.length, differ: missed.length };
  },
};
