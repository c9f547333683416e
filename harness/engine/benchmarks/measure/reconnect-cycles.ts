import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '#core/capabilities.ts';
import { dice, type Dice } from '#core/dice.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { openPty, type Pty } from '#drivers/channel/pty.ts';
import { serial } from '#drivers/channel/serial.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { RealClock } from '#drivers/clock.ts';

/** What cycles left behind. */
export interface CycleTally {
  readonly cycles: number;
  /** Cycles in which the channel outlived its terminal, and carried bytes afterwards. */
  readonly reconnected: number;
  /** File descriptors open beyond those at the start; timers and sockets likewise. */
  readonly descriptors: number;
  readonly handles: number;
}

/** Every so many cycles the terminal goes away while the channel is open. */
const UNPLUG_EVERY = 10;
const MOST_GARBAGE = 2000;
const SETTLE_MS = 1000;

const calm = (): CallOptions => ({ signal: new AbortController().signal });

/** File descriptors of this process; 0 where the system does not tell. */
function descriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function handles(): number {
  return process.getActiveResourcesInfo().length;
}

/**
 * Connects, hears garbage, asks a question that nobody answers, closes; in some cycles the terminal goes away and comes
 * back in between, as a board does that is reset. `observe` is called after each.
 */
export async function reconnectCycles(
  count: number,
  seed: number,
  folder: string,
  observe: (cycle: number) => void = () => undefined,
): Promise<CycleTally> {
  const roll = dice(seed);
  const link = join(folder, 'board');
  let far = await openPty({ link });
  let reconnected = 0;
  // What the first cycle loads and keeps for good is no leak.
  await cycle(link, far, garbage(roll));
  const before = { descriptors: descriptors(), handles: handles() };
  for (let index = 0; index < count; index++) {
    if (index % UNPLUG_EVERY === UNPLUG_EVERY - 1) {
      far = await unplugged(link, far, garbage(roll));
      reconnected += 1;
    } else await cycle(link, far, garbage(roll));
    observe(index);
  }
  const isMore = () => descriptors() > before.descriptors || handles() > before.handles;
  // Whatever is just being closed may take a moment.
  for (const until = performance.now() + SETTLE_MS; isMore() && performance.now() < until;) await sleep(10);
  const after = { descriptors: descriptors(), handles: handles() };
  await far.close();
  return {
    cycles: count,
    reconnected,
    descriptors: Math.max(0, after.descriptors - before.descriptors),
    handles: Math.max(0, after.handles - before.handles),
  };
}

function garbage(roll: Dice): Uint8Array {
  return Uint8Array.from({ length: 1 + roll(MOST_GARBAGE) }, () => roll(256));
}

function openHub(link: string) {
  const clock = new RealClock();
  const context = { ...calm(), clock, onLine: () => () => undefined };
  const open = async () => new ConsoleHub(await serial({ path: link }).open(context), clock);
  return { clock, open };
}

/** Bytes that come over a hub, until there are so many. */
function heard(hub: ConsoleHub, wanted: number): Promise<void> {
  return new Promise((resolve) => {
    let got = 0;
    const stop = hub.onBytes((bytes) => {
      got += bytes.length;
      if (got < wanted) return;
      stop();
      resolve();
    });
  });
}

async function cycle(link: string, far: Pty, noise: Uint8Array): Promise<void> {
  const { clock, open } = openHub(link);
  const hub = await open();
  const arrived = heard(hub, noise.length);
  await far.write(noise, calm());
  await arrived;
  const ask = new SmpClient(hub, clock).ask({ op: 0, group: 1, command: 0 }, [], {
    ...calm(),
    deadlineMs: 5,
  });
  await ask.catch(() => undefined);
  await hub.close();
}

/** The same over a terminal that goes away and comes back; gives the new one. */
async function unplugged(link: string, far: Pty, noise: Uint8Array): Promise<Pty> {
  const { open } = openHub(link);
  const hub = await open();
  await far.write(noise.subarray(0, noise.length >> 1), calm());
  await far.close();
  const again = await openPty({ link });
  const back = new AbortController();
  const arrived = heard(hub, 1).then(() => back.abort());
  while (!back.signal.aborted) {
    await again.write(noise, calm());
    await sleep(20);
  }
  await arrived;
  await hub.close();
  return again;
}
