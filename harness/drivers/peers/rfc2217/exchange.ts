import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Draw, draw } from '#codecs/peers/draw.ts';
import type { PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import type { CallOptions, Channel } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import { RealClock } from '#drivers/clock.ts';
import { openPty, type Pty } from '#drivers/channel/pty.ts';
import { rfc2217 } from '#drivers/channel/rfc2217.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';

/** A server of somebody else's, started for one terminal. */
export interface Rfc2217Server {
  readonly port: number;
  stop(): Promise<void>;
  /** What the server last did with the control lines, `1` asserted; left out where it cannot tell. */
  lines?(): { readonly dtr: string | undefined; readonly rts: string | undefined };
}

const BAUD_RATES = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600];
const PATIENCE_MS = 5000;
const calm = (): CallOptions => ({ signal: new AbortController().signal });

/** Our client against a server whose port is a pseudo-terminal: data both ways, speed, lines, purge. */
export async function compareRfc2217(
  options: PeerOptions,
  start: (terminal: string) => Promise<Rfc2217Server | string>,
): Promise<PeerResult> {
  const far = await openPty().catch((error) => (isAssayError(error) ? error.message : String(error)));
  if (typeof far === 'string') return { compared: 0, differ: 0, skipped: far };
  const server = await start(far.path);
  try {
    if (typeof server === 'string') return { compared: 0, differ: 0, skipped: server };
    return await exchanges(options, far, server);
  } finally {
    if (typeof server !== 'string') await server.stop();
    await far.close();
  }
}

async function exchanges(options: PeerOptions, far: Pty, server: Rfc2217Server): Promise<PeerResult> {
  const { count, seed } = options;
  const context = { ...calm(), clock: new RealClock(), onLine: () => () => undefined };
  const line = await rfc2217({ host: '127.0.0.1', port: server.port }).open(context);
  const [up, down] = [reader(far), reader(line)];
  let differ = 0;
  try {
    for (let index = 0; index < count; index++) {
      const random = draw(seed, `rfc2217 ${index}`);
      const difference =
        (await told(index, random, { line, far, server })) ??
        (await carried('to the board', random, line, up)) ??
        (await carried('from the board', random, far, down));
      if (difference === null) continue;
      differ += 1;
      options.log(`${index}: ${difference}`);
    }
  } finally {
    await line.close();
  }
  return { compared: count, differ };
}

interface Bench {
  readonly line: SerialLine;
  readonly far: Pty;
  readonly server: Rfc2217Server;
}

/** In some rounds a command; null where it did what it should. */
async function told(index: number, random: Draw, { line, far, server }: Bench): Promise<string | null> {
  if (index % 4 === 1) {
    const wanted = random.pick(BAUD_RATES);
    await line.setBaudRate(wanted, calm());
    const got = speedOf(far.path);
    return got === wanted ? null : `asked for ${wanted} baud, the terminal has ${got}`;
  }
  // Once is enough for a server that finds no lines on a terminal: it leaves us waiting.
  if (index === 2 || (index % 4 === 2 && server.lines !== undefined)) return setLines(random, line, server);
  if (index % 4 === 3) await line.purge(calm());
  return null;
}

async function setLines(random: Draw, line: SerialLine, server: Rfc2217Server): Promise<string | null> {
  const [dtr, rts] = [random.oneIn(2), random.oneIn(2)];
  await line.setLines({ dtr, rts }, calm());
  const isSet = () => {
    const got = server.lines?.();
    return got === undefined || (got.dtr === String(Number(dtr)) && got.rts === String(Number(rts)));
  };
  // What the server says of itself comes by another way than its answer.
  for (const until = performance.now() + 500; !isSet() && performance.now() < until;) await sleep(5);
  if (isSet()) return null;
  const got = server.lines?.() ?? { dtr: undefined, rts: undefined };
  return `asked for DTR ${dtr} RTS ${rts}, the server set ${got.dtr} ${got.rts}`;
}

/** Speed of the terminal, as the operating system says it. */
function speedOf(path: string): number {
  return Number(execFileSync('stty', ['-F', path, 'speed'], { encoding: 'utf8' }));
}

async function carried(
  way: string,
  random: Draw,
  from: Channel,
  to: ReturnType<typeof reader>,
): Promise<string | null> {
  // Half of them dense in 255, which Telnet doubles.
  const bytes = random.bytes(1 + random.below(1500)).map((byte) => (byte & 1 ? byte : byte | 0xf0));
  await from.write(bytes, calm());
  const got = await to.take(bytes.length);
  return Buffer.compare(got, bytes) === 0
    ? null
    : `${way}: ${bytes.length} bytes sent, ${firstFault(bytes, got)}`;
}

function firstFault(sent: Uint8Array, got: Uint8Array): string {
  const at = sent.findIndex((byte, index) => byte !== got[index]);
  return `${got.length} came, the first fault at ${at}`;
}

/** Collects what comes over a channel. */
function reader(channel: Channel): { take(length: number): Promise<Uint8Array> } {
  let waiting = Buffer.alloc(0);
  const read = async () => {
    for await (const chunk of channel.incoming) waiting = Buffer.concat([waiting, chunk]);
  };
  void read().catch(() => undefined);
  return {
    async take(length) {
      const until = performance.now() + PATIENCE_MS;
      while (waiting.length < length && performance.now() < until) await sleep(1);
      const taken = waiting.subarray(0, length);
      waiting = waiting.subarray(taken.length);
      return taken;
    },
  };
}
