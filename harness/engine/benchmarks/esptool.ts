import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ESP_OP } from '#codecs/esp-loader.ts';
import { draw } from '#codecs/peers/draw.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { InternalError } from '#core/errors.ts';
import { serial } from '#drivers/channel/serial.ts';
import { RealClock } from '#drivers/clock.ts';
import { ServedLoader } from '#drivers/peers/esptool/served-loader.ts';
import { runTool, toolStub, toolVersion } from '#drivers/peers/esptool/tool.ts';
import { EspLoader } from '#drivers/probe/esp-loader/loader.ts';
import { ESP32 } from '#virtual/esp-idf/chip-models.ts';
import { ESP_SHAPE } from '#virtual/esp-idf/provision.ts';
import { Storage } from '#virtual/storage.ts';

const SIZE = 1024 * 1024;
const BAUD = 921_600;
const LINE_RATE = BAUD / 10;
const AT = 0x110000;
const SEED = 7;
/** Of each client, in turn; the middle one counts. */
const ROUNDS = 3;
const calm: CallOptions = { signal: new AbortController().signal };

/** What a write of the whole content took. */
interface Measured {
  /** From opening the port to the end, tool start and all. */
  readonly wholeMs: number;
  /** From the command that begins the transfer to the answer with the digest. */
  readonly writeMs: number;
  /** Bytes of the frames in that time. */
  readonly sent: number;
}

/** As firmware compresses: half of it hardly, the rest well. */
function content(): Uint8Array {
  const random = draw(SEED, 'esptool');
  const bytes = new Uint8Array(SIZE);
  for (let at = 0; at < SIZE; at += 4096) {
    if ((at >> 12) % 2 === 0) bytes.set(random.bytes(4096), at);
    else bytes.fill(random.below(256), at, at + 4096);
  }
  return bytes;
}

async function measured(bytes: Uint8Array, work: (board: ServedLoader) => Promise<void>): Promise<Measured> {
  const storage = new Storage(ESP_SHAPE);
  const board = await ServedLoader.open({ model: ESP32, storage, paced: true });
  try {
    const began = performance.now();
    await work(board);
    const wholeMs = performance.now() - began;
    const isWritten = Buffer.compare(storage.bytes.subarray(AT, AT + SIZE), bytes) === 0;
    const first = board.heard.findIndex(({ op }) => op === ESP_OP.deflBegin);
    const digest = board.heard.findLast(({ op }) => op === ESP_OP.flashMd5);
    const begin = board.heard[first];
    if (!isWritten || begin === undefined || digest === undefined) throw notWritten();
    const transfer = board.heard.slice(first).filter(({ atMs }) => atMs <= digest.atMs);
    const sent = transfer.reduce((sum, { data }) => sum + data.length + 10, 0);
    return { wholeMs, writeMs: digest.atMs - begin.atMs, sent };
  } finally {
    await board.close();
  }
}

async function theirs(bytes: Uint8Array, path: string): Promise<Measured> {
  return measured(bytes, async (board) => {
    const args = ['--port', board.path, '--baud', String(BAUD), '--after', 'no-reset-stub'];
    const { ok, text } = await runTool('esptool', [...args, 'write-flash', String(AT), path]);
    if (!ok) throw failed(text);
  });
}

async function ours(bytes: Uint8Array, stub: string | undefined): Promise<Measured> {
  return measured(bytes, async (board) => {
    const clock = new RealClock();
    const line = await serial({ path: board.path }).open({ ...calm, clock, onLine: () => () => undefined });
    const settings = { baudRate: BAUD, ...(stub !== undefined && { stub }) };
    const loader = await EspLoader.open(line, clock, settings, calm);
    try {
      await loader.write(AT, bytes, calm);
    } finally {
      await loader.close();
    }
  });
}

function middle(all: readonly Measured[]): Measured {
  const sorted = all.toSorted((a, b) => a.writeMs - b.writeMs);
  return sorted[sorted.length >> 1] ?? { wholeMs: Number.NaN, writeMs: Number.NaN, sent: 0 };
}

function told(who: string, { wholeMs, writeMs, sent }: Measured): string {
  const share = (100 * sent) / ((writeMs / 1000) * LINE_RATE);
  return `${who}: ${(writeMs / 1000).toFixed(2)} s for ${SIZE} bytes, ${sent} on the line (${share.toFixed(1)} % of its rate); ${(wholeMs / 1000).toFixed(2)} s with connecting and stub`;
}

/** `npm run bench -- esptool`: 1 MiB to a virtual ESP32 over a pseudo-terminal paced at 921,600 baud, beside esptool. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const version = await toolVersion();
  const bytes = content();
  const folder = mkdtempSync(join(tmpdir(), 'assay-esptool-'));
  const stub = (version === null ? null : await toolStub('esp32')) ?? undefined;
  const [us, them]: [Measured[], Measured[]] = [[], []];
  try {
    writeFileSync(join(folder, 'content.bin'), bytes);
    for (let round = 0; round < ROUNDS; round++) {
      us.push(await ours(bytes, stub));
      if (version !== null) them.push(await theirs(bytes, join(folder, 'content.bin')));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const [we, they] = [middle(us), middle(them)];
  say(told('ours', we));
  if (version === null) {
    say('esptool: not measured: no python with esptool 5; set ASSAY_ESPTOOL_PYTHON');
    return;
  }
  say(told(`esptool ${version}`, they));
  say(
    `ratio ${(they.writeMs / we.writeMs).toFixed(3)} (write and digest), ${(they.wholeMs / we.wholeMs).toFixed(2)} (all)`,
  );
}

function failed(text: string): InternalError {
  return new InternalError({
    code: 'benchmark-esptool',
    message: 'esptool could not write to the virtual board',
    got: text.slice(-300),
    remedy: 'run: npm run peers -- esptool',
  });
}

function notWritten(): InternalError {
  return new InternalError({
    code: 'benchmark-esptool',
    message: 'the flash does not hold what was written',
    remedy: 'run: npm run peers -- esptool',
  });
}
