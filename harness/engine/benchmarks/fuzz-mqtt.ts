import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '#core/digest.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import { RealClock } from '#drivers/clock.ts';
import { openRecord } from '#engine/record-file.ts';
import { Recorder } from '#engine/recorder.ts';
import { mqttHavoc } from '#fuzz/mqtt-cases.ts';
import type { FuzzCase } from '#core/verbs.ts';

type Say = (line: string) => void;

const PYTHON = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';
const TARGET = fileURLToPath(new URL('measure/mqtt-target.ts', import.meta.url));
const BOOFUZZ = fileURLToPath(new URL('measure/boofuzz-mqtt.py', import.meta.url));
const ROUNDS = 5;
const CASES = 6000;
const THEIR_CASES = 400;
/** Connections open at a time. Each carries one case, so that what happens on it is that case's doing. */
const LANES = 4;
const CONNECT = encodeMqtt({ type: 'connect', clientId: 'fuzz', cleanSession: true, keepAlive: 30 });

/** Cases a second: by the clock, and of this process's own work, which a busy machine does not change. */
interface Rate {
  readonly byClock: number;
  readonly byProcessor: number;
}

/** What one case came to. */
interface Sent {
  readonly answer: number;
}

/** One case on a connection of its own: CONNECT, its acknowledgement, the case, the end. */
function send(port: number, { bytes }: FuzzCase): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let answer = 0;
    socket.on('connect', () => socket.write(CONNECT));
    socket.on('data', (heard) => {
      answer += heard.length;
      socket.end(bytes);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ answer }));
  });
}

/** So many cases a second, each with its bytes' digest in a chain of evidence on disk. */
async function ours(port: number, seed: number, folder: string): Promise<Rate> {
  const [began, processor] = [performance.now(), process.cpuUsage()];
  const cases = mqttHavoc(seed, 'assay/board/ota', CASES);
  const file = openRecord(folder, { board: 'loopback', flaws: [], scenario: `fuzz-mqtt-${seed}` });
  const recorder = new Recorder(file, new RealClock(), (error) => {
    throw error;
  });
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < cases.length; index = next++) {
      const one = cases[index] as FuzzCase;
      const { answer } = await send(port, one);
      const { name, bytes } = one;
      recorder.add('case', { index, name, digest: sha256Hex(bytes), length: bytes.length, answer });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  file.close();
  const { user, system } = process.cpuUsage(processor);
  return {
    byClock: (1000 * cases.length) / (performance.now() - began),
    byProcessor: (1e6 * cases.length) / (user + system),
  };
}

/** The same of boofuzz, with its own log on disk; null where it is not installed. */
function theirs(port: number): number | null {
  const cwd = mkdtempSync(join(tmpdir(), 'assay-boofuzz-'));
  try {
    const { stdout } = spawnSync(PYTHON, [BOOFUZZ, String(port), String(THEIR_CASES)], {
      cwd,
      encoding: 'utf8',
    });
    const [, count, seconds] = /took (\d+) ([\d.]+)/.exec(stdout) ?? [];
    return count === undefined ? null : Number(count) / Number(seconds);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

async function startTarget(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const args = ['--conditions=source', '--import', 'tsx', TARGET];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, port: Number(line) };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Logged cases a second against an MQTT port on loopback, and boofuzz against the same port in turn. */
export async function benchmark(say: Say): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-mqtt-'));
  const { child, port } = await startTarget();
  try {
    const rates: Rate[] = [];
    const ratios: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const mine = await ours(port, round, folder);
      const other = theirs(port);
      if (round === 0) continue;
      rates.push(mine);
      if (other !== null) ratios.push(mine.byClock / other);
      say(
        `round ${round}: ${Math.round(mine.byClock)} logged cases/s, boofuzz ${other === null ? 'missing' : Math.round(other)}`,
      );
    }
    say(
      ratios.length === 0
        ? 'no ratio: no python with boofuzz; set ASSAY_PEER_PYTHON to one that has .ci/peers.txt'
        : `${median(ratios).toFixed(1)} times boofuzz 0.4.2`,
    );
    say(
      `${Math.round(median(rates.map((rate) => rate.byProcessor)))} logged cases in a second of the processor`,
    );
    say(`fuzz-mqtt ${Math.round(median(rates.map((rate) => rate.byClock)))} /s`);
  } finally {
    child.stdin?.end();
    rmSync(folder, { recursive: true });
  }
}
