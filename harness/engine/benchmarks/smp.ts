import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError, PeerError } from '#core/errors.ts';
import type { Channel } from '#core/capabilities.ts';
import { OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { serial } from '#drivers/channel/serial.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { RealClock } from '#drivers/clock.ts';
import { uploadImage } from '#drivers/update/smp-upload.ts';
import { referenceImage } from '#virtual/mcuboot/reference.ts';

/** Bytes a second of a line of 1 Mbaud, 8N1. */
const LINE_RATE = 100_000;
const PAYLOAD = 200 * 1024;
/** The best of them counts: what else runs on the machine only ever takes time away. */
const ROUNDS = 5;

const FAR_END = fileURLToPath(new URL('measure/smp-far-end.ts', import.meta.url));
const PYTHON = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';

/** The same upload by smpclient, which is what smpmgr uploads with; its start does not count. */
const SCRIPT = `
import asyncio, sys, time
from smpclient import SMPClient
from smpclient.transport.serial import SMPSerialTransport
async def main():
    image = open(sys.argv[2], 'rb').read()
    async with SMPClient(SMPSerialTransport(baudrate=1000000), sys.argv[1]) as client:
        for _ in range(${ROUNDS}):
            times = [(time.perf_counter(), offset) async for offset in client.upload(image)]
            (began, first), (ended, last) = times[0], times[-1]
            print((last - first) / (ended - began))
asyncio.run(main())
`;

/** What an upload came to, from the first answer to the last: erasing comes before. */
interface Speed {
  /** Of the image. */
  readonly bytesPerSecond: number;
  /** Of everything on the wire towards the board, as a share of what the line carries. */
  readonly share: number;
}

/** How long a board may take to boot; what it was asked before is lost. */
const BOOT_MS = 10_000;
const ASK_MS = 300;

const calm = () => ({ signal: new AbortController().signal });

async function startFarEnd(): Promise<{ readonly child: ChildProcess; readonly terminal: string }> {
  const node = ['--conditions=source', '--import', 'tsx', FAR_END];
  const child = spawn(process.execPath, node, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => null)]);
  if (said !== null) return { child, terminal: String(said[0]).trim() };
  throw new BenchError({
    code: 'far-end',
    message: 'the far end of the line does not start',
    remedy: 'see what it said above; it needs socat',
  });
}

/** Counts what is written to a channel. */
function counted(channel: Channel): { readonly channel: Channel; readonly written: () => number } {
  let written = 0;
  const write: Channel['write'] = (bytes, options) => {
    written += bytes.length;
    return channel.write(bytes, options);
  };
  return {
    channel: { name: channel.name, incoming: channel.incoming, write, close: () => channel.close() },
    written: () => written,
  };
}

/** Asks for the buffer sizes until the board has booted and answers. */
async function awaitAnswer(client: SmpClient<ConsoleHub>, clock: RealClock): Promise<void> {
  const command = { op: SMP_OP.read, group: SMP_GROUP.os, command: OS_COMMAND.params };
  const until = clock.now() + BOOT_MS;
  for (;;) {
    try {
      await client.ask(command, [], { ...calm(), deadlineMs: ASK_MS });
      return;
    } catch (error) {
      if (!(error instanceof PeerError) || clock.now() > until) throw error;
    }
  }
}

async function ours(terminal: string, image: Uint8Array): Promise<readonly Speed[]> {
  const clock = new RealClock();
  const context = { ...calm(), clock, onLine: () => () => undefined };
  const line = counted(await serial({ path: terminal, baudRate: 1_000_000 }).open(context));
  const hub = new ConsoleHub(line.channel, clock);
  const speeds: Speed[] = [];
  try {
    await awaitAnswer(new SmpClient(hub, clock), clock);
    for (let round = 0; round < ROUNDS; round++) {
      const marks: { readonly at: number; readonly sent: number; readonly written: number }[] = [];
      const onProgress = (sent: number) =>
        void marks.push({ at: performance.now(), sent, written: line.written() });
      await uploadImage(new SmpClient(hub, clock), image, { ...calm(), onProgress });
      const [first, last] = [marks[0], marks.at(-1)];
      if (first === undefined || last === undefined) continue;
      const seconds = (last.at - first.at) / 1000;
      speeds.push({
        bytesPerSecond: (last.sent - first.sent) / seconds,
        share: (last.written - first.written) / seconds / LINE_RATE,
      });
    }
  } finally {
    await hub.close();
  }
  return speeds;
}

/** Bytes of image a second by the other client, or why it cannot be run. */
function theirs(terminal: string, file: string): number | string {
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', SCRIPT, terminal, file], { encoding: 'utf8' });
  if (status === 0) return Math.max(...stdout.trim().split('\n').map(Number));
  return stderr?.trim().split('\n').at(-1)?.slice(0, 120) ?? `there is no ${PYTHON}`;
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);

/** Uploads of 200 KiB over a line of 1 Mbaud: share of what the line carries, beside smpclient on the same line. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const { child, terminal } = await startFarEnd();
  try {
    const file = join(folder, 'image.bin');
    const image = referenceImage({ version: '1.3.0', size: PAYLOAD });
    writeFileSync(file, image);
    const speeds = await ours(terminal, image);
    const rate = Math.max(...speeds.map(({ bytesPerSecond }) => bytesPerSecond));
    const share = Math.max(...speeds.map((speed) => speed.share));
    const told = `${kilobytes(rate)} kB/s of image, ${(share * 100).toFixed(1)} % of the line`;
    say(`assay: ${told}; best of ${ROUNDS}`);
    const other = theirs(terminal, file);
    say(
      typeof other === 'string'
        ? `smpclient cannot be run (ASSAY_PEER_PYTHON), so there is no ratio: ${other}`
        : `smpclient (smpmgr): ${kilobytes(other)} kB/s of image; ratio ${(rate / other).toFixed(2)}`,
    );
    say(`smp ${(share * 100).toFixed(1)} % of line rate`);
  } finally {
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
    rmSync(folder, { recursive: true });
  }
}
