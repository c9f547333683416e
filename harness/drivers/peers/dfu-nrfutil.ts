import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Draw, draw } from '#codecs/peers/draw.ts';
import type { Peer, PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import { serial } from '#drivers/channel/serial.ts';
import { RealClock } from '#drivers/clock.ts';
import { type Fault, NEW_BUILD, OLD_BUILD, ServedDfu, somePackage } from '#drivers/peers/dfu/board.ts';
import { DfuUpdate } from '#drivers/update/dfu.ts';

const SCRIPT = fileURLToPath(new URL('dfu/transfer.py', import.meta.url));
/** A Python that has nrfutil 6.1.7 and pyserial (PyPI). */
const PYTHON = process.env['ASSAY_NRFUTIL_PYTHON'] ?? 'python3';
const FAULTS: readonly Fault[] = ['none', 'none', 'older', 'none', 'foreign', 'hardware'];
/** Packets between receipts: none, each, a few. */
const RECEIPTS = [0, 1, 2, 7] as const;
/** A transfer by nrfutil takes a second or two. */
const MOST = 60;
const calm = (): CallOptions => ({ signal: new AbortController().signal });

/** nrfutil against our virtual boot loader, and our client's frames beside nrfutil's. */
export const peer: Peer = {
  name: 'dfu-nrfutil',
  tool: 'nrfutil 6.1.7 (PyPI)',
  async run(options) {
    const missing = await whatIsMissing();
    if (missing !== null) return { compared: 0, differ: 0, skipped: missing };
    const folder = mkdtempSync(join(tmpdir(), 'assay-dfu-'));
    try {
      return await sweep(options, join(folder, 'package.zip'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function sweep(options: PeerOptions, path: string): Promise<PeerResult> {
  const compared = Math.min(options.count, MOST);
  let differ = 0;
  for (let i = 0; i < compared; i++) {
    const fault = FAULTS[i % FAULTS.length] ?? 'none';
    const differences = await beside(draw(options.seed, `dfu ${i}`), fault, path);
    for (const difference of differences) options.log(`${i} ${fault}: ${difference}`);
    if (differences.length > 0) differ += 1;
  }
  return { compared, differ };
}

/** What a client came to. */
interface Outcome {
  /** `sent`, or why not. */
  readonly said: string;
  readonly frames: readonly string[];
  readonly runs: string | undefined;
}

async function beside(random: Draw, fault: Fault, path: string): Promise<readonly string[]> {
  const bytes = somePackage(64 + random.below(20_000), random.below(1000), fault);
  const receipts = random.pick(RECEIPTS);
  writeFileSync(path, bytes);
  const theirs = await served((port) => python([SCRIPT, port, path, String(receipts)]));
  const ours = await served((port) => send(port, bytes, receipts));
  const wanted = fault === 'none' ? NEW_BUILD : OLD_BUILD;
  return [
    ...different('nrfutil left', theirs.runs, wanted),
    ...different('ours left', ours.runs, wanted),
    ...different('nrfutil', theirs.said === 'sent', fault === 'none'),
    ...different('ours', ours.said === 'sent', fault === 'none'),
    ...frames(ours.frames, theirs.frames),
  ];
}

async function served(work: (port: string) => Promise<string>): Promise<Outcome> {
  const board = await ServedDfu.open();
  try {
    const said = await work(board.path);
    return { said, frames: [...board.heard], runs: board.runs() };
  } finally {
    await board.close();
  }
}

async function send(path: string, bytes: Uint8Array, receipts: number): Promise<string> {
  const clock = new RealClock();
  const enter = () => serial({ path }).open({ ...calm(), clock, onLine: () => () => undefined });
  try {
    const receipt = await new DfuUpdate({ clock, enter, receipts }).offer(bytes, calm());
    return receipt.accepted ? 'sent' : receipt.reason;
  } catch (error) {
    if (isAssayError(error) && error.fault !== 'internal') return `${error.message}: ${error.got ?? ''}`;
    throw error;
  }
}

function frames(got: readonly string[], wanted: readonly string[]): readonly string[] {
  const at = wanted.findIndex((frame, i) => frame !== got[i]);
  if (at === -1) return different('frames', got.length, wanted.length);
  return [`frame ${at}: ${got[at]?.slice(0, 80)}, not ${wanted[at]?.slice(0, 80)}`];
}

function different(what: string, found: unknown, wanted: unknown): readonly string[] {
  return found === wanted ? [] : [`${what}: ${String(found)}, not ${String(wanted)}`];
}

async function whatIsMissing(): Promise<string | null> {
  if ((await python([SCRIPT])) !== '6.1.7') {
    return 'no python with nrfutil 6.1.7 and pyserial; set ASSAY_NRFUTIL_PYTHON to one that has .ci/peers-nrfutil.txt';
  }
  try {
    await (await ServedDfu.open()).close();
    return null;
  } catch (error) {
    return isAssayError(error) ? `${error.message}: ${error.remedy}` : String(error);
  }
}

/** The last line that it prints. */
function python(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(PYTHON, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.once('error', () => resolve(''));
    child.once('close', () => resolve(text.trim().split('\n').at(-1) ?? ''));
  });
}
