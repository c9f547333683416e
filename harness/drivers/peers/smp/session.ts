import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { isAssayError } from '#core/errors.ts';
import type { PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { openPeerBoard, peerImage, type PeerBoard } from '#drivers/peers/smp/board.ts';

const run = promisify(execFile);
const PATIENCE_MS = 120_000;

/** How a client is used against the board. */
export interface SmpSession {
  /** For what differs: `version 1 over serial`. */
  readonly name: string;
  readonly over: 'serial' | 'udp';
  readonly version: 1 | 2;
}

/** A client of somebody else's, driven by a script that prints what it saw as one JSON object. */
export interface SmpPeerClient {
  /** File beside this one. */
  readonly script: string;
  /** Python module without which there is nothing to compare. */
  readonly module: string;
  readonly sessions: readonly SmpSession[];
  /** What the client says where it cannot name the server's code; compared by nothing then. */
  readonly tellsCodes: boolean;
}

/** Error codes of a group as each version says them. */
const CODES = {
  1: { 'file missing': 5, 'setting missing': 5, unknown: 1 },
  2: { 'file missing': 3, 'setting missing': 3, unknown: 8 },
} as const;

/** What every client must see. */
function expected(version: 1 | 2, image: Uint8Array): Readonly<Record<string, unknown>> {
  const golden = (confirmed: boolean, slot: number, active: boolean) =>
    [slot, '1.2.0', active, confirmed, false] as const;
  return {
    buffers: [2048, 4],
    echo: 'peer speaking',
    file: true,
    'file size': 2048,
    'file hash': true,
    setting: '616263',
    statistics: ['smp'],
    counted: true,
    shell: ['Zephyr version 4.4.0\r\n', 0],
    tasks: true,
    groups: [0, 1, 2, 3, 8, 9, 10],
    before: [golden(true, 0, true)],
    uploaded: image.length,
    marked: [golden(true, 0, true), [1, '1.3.0', false, false, true]],
    tried: [
      [0, '1.3.0', true, false, false],
      [1, '1.2.0', false, true, false],
    ],
    kept: [
      [0, '1.3.0', true, true, false],
      [1, '1.2.0', false, false, false],
    ],
    ...CODES[version],
  };
}

/** The virtual board as a client sees it, thing by thing, from golden to a kept update. */
export async function compareSessions(client: SmpPeerClient, options: PeerOptions): Promise<PeerResult> {
  const python = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';
  const missing = `no python with ${client.module}; set ASSAY_PEER_PYTHON to one that has .ci/peers.txt`;
  try {
    await run(python, ['-c', `import ${client.module}`]);
  } catch {
    return { compared: 0, differ: 0, skipped: missing };
  }
  const folder = await mkdtemp(join(tmpdir(), 'assay-smp-'));
  const image = peerImage();
  const file = join(folder, 'image.bin');
  let [compared, differ] = [0, 0];
  try {
    await writeFile(file, image);
    for (const session of client.sessions) {
      const seen = await observed(client, session, python, file);
      if (typeof seen === 'string') return { compared: 0, differ: 0, skipped: seen };
      const result = judged(client, session, seen, expected(session.version, image), options);
      compared += result.compared;
      differ += result.differ;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return { compared, differ };
}

async function observed(
  { script }: SmpPeerClient,
  { over, version }: SmpSession,
  python: string,
  file: string,
): Promise<Readonly<Record<string, unknown>> | string> {
  let board: PeerBoard;
  try {
    board = await openPeerBoard();
  } catch (error) {
    if (isAssayError(error)) return error.message;
    throw error;
  }
  try {
    const address = over === 'udp' ? `udp:${board.udpPort}` : board.terminal;
    const path = fileURLToPath(new URL(script, import.meta.url));
    const { stdout } = await run(python, [path, address, String(version), file], { timeout: PATIENCE_MS });
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string };
    return { failed: stderr.trim().split('\n').slice(-3).join(' | ') || String(error) };
  } finally {
    await board.close();
  }
}

function judged(
  client: SmpPeerClient,
  session: SmpSession,
  seen: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  { log }: Pick<PeerOptions, 'log'>,
): PeerResult {
  if (seen['failed'] !== undefined) {
    log(`${session.name}: the client failed: ${JSON.stringify(seen['failed'])}`);
    return { compared: 1, differ: 1 };
  }
  let differ = 0;
  const names = new Set([...Object.keys(seen), ...Object.keys(wanted)]);
  for (const name of names) {
    const isRefused = Object.hasOwn(CODES[2], name) && !client.tellsCodes;
    if (isRefused ? Object.hasOwn(seen, name) : isDeepStrictEqual(seen[name], wanted[name])) continue;
    differ += 1;
    log(`${session.name}: ${name}: ${JSON.stringify(seen[name])}, not ${JSON.stringify(wanted[name])}`);
  }
  return { compared: names.size, differ };
}
