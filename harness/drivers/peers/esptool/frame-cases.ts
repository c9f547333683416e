import { inflateSync } from 'node:zlib';
import type { CallOptions } from '#core/capabilities.ts';
import { ESP_OP, espWord, readBlock } from '#codecs/esp-loader.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { serial } from '#drivers/channel/serial.ts';
import { RealClock } from '#drivers/clock.ts';
import {
  BAUD,
  complaint,
  holds,
  type LoaderCase,
  same,
  served,
  someContent,
  somePlace,
  tool,
  usedStorage,
  withContent,
  withFolder,
} from '#drivers/peers/esptool/case.ts';
import type { Heard, ServedLoader } from '#drivers/peers/esptool/served-loader.ts';
import { toolStub } from '#drivers/peers/esptool/tool.ts';
import { EspLoader } from '#drivers/probe/esp-loader/loader.ts';
import type { EspLoaderSettings } from '#drivers/probe/esp-loader/prepare.ts';

const SECTOR = 0x1000;
const calm = (): CallOptions => ({ signal: new AbortController().signal });

/** Our client beside the vendor's tool: what each sends for the same work, byte for byte. */
export const FRAME_CASES: readonly (readonly [name: string, compare: LoaderCase])[] = [
  ['our frames: stub and compressed write', writes({})],
  ['our frames: read through the stub', reads({})],
  ['our frames: erase through the stub', erases({})],
  ['our frames: plain write', writes({}, ['--no-compress'])],
  ['our frames: compressed write through the ROM', writes({ stub: false }, ['--compress'])],
  ['our frames: plain write through the ROM', writes({ stub: false }, ['--no-compress'])],
  ['our frames: read through the ROM', reads({ stub: false })],
  ['our frames: erase through the ROM', erases({ stub: false })],
];

/** What identifies chip and flash chip is asked in another order and more often by the vendor's tool: left out. */
const LEFT_OUT: ReadonlySet<number> = new Set([
  ESP_OP.sync,
  ESP_OP.readReg,
  ESP_OP.writeReg,
  ESP_OP.securityInfo,
]);

function writes(settings: EspLoaderSettings, options: readonly string[] = []): LoaderCase {
  return (random) => {
    const content = someContent(random, 60_000);
    const at = somePlace(random, content.length);
    const compress = options.includes('--no-compress') ? false : undefined;
    return withContent(content, (path) =>
      beside(
        random,
        settings,
        (board) => tool(board, ...stubOption(settings), 'write-flash', ...options, String(at), path),
        (loader) => loader.write(at, content, { ...calm(), ...(compress === false && { compress }) }),
        (board) => same('flash holds it', holds(board, at, content), true),
      ),
    );
  };
}

function reads(settings: EspLoaderSettings): LoaderCase {
  return (random) => {
    const length = settings.stub === false ? 200 + random.below(2000) : 1 + random.below(40_000);
    const at = somePlace(random, length);
    return withFolder((path) =>
      beside(
        random,
        settings,
        (board) =>
          tool(board, ...stubOption(settings), 'read-flash', String(at), String(length), path('read.bin')),
        async (loader) => void (await loader.read(at, length, calm())),
        () => [],
      ),
    );
  };
}

function erases(settings: EspLoaderSettings): LoaderCase {
  return (random) => {
    const length = (1 + random.below(20)) * SECTOR;
    const at = somePlace(random, length);
    return beside(
      random,
      settings,
      (board) => tool(board, ...stubOption(settings), 'erase-region', String(at), String(length)),
      (loader) => loader.erase(at, length, calm()),
      (storage) =>
        same(
          'erased',
          storage.bytes.subarray(at, at + length).every((byte) => byte === 0xff),
          true,
        ),
    );
  };
}

function stubOption({ stub }: EspLoaderSettings): readonly string[] {
  return stub === false ? ['--no-stub'] : [];
}

async function beside(
  random: Draw,
  settings: EspLoaderSettings,
  theirs: (board: ServedLoader) => Promise<{ readonly ok: boolean; readonly text: string }>,
  ours: (loader: EspLoader) => Promise<void>,
  check: (storage: ReturnType<typeof usedStorage>) => readonly string[],
): Promise<readonly string[]> {
  const [first, second] = [usedStorage(random), usedStorage(random)];
  const wanted = await served({ storage: first }, async (board) => {
    const run = await theirs(board);
    return { frames: framesOf(board.heard), wrong: complaint(run) };
  });
  const got = await served({ storage: second }, async (board) => {
    await work(board, settings, ours);
    return framesOf(board.heard);
  });
  return [...wanted.wrong, ...check(second), ...compared(got, wanted.frames)];
}

async function work(
  board: ServedLoader,
  settings: EspLoaderSettings,
  ours: (loader: EspLoader) => Promise<void>,
) {
  const stub = settings.stub ?? (await toolStub('esp32')) ?? undefined;
  const clock = new RealClock();
  const line = await serial({ path: board.path }).open({ ...calm(), clock, onLine: () => () => undefined });
  const loader = await EspLoader.open(
    line,
    clock,
    { ...settings, ...(stub !== undefined && { stub }), baudRate: BAUD },
    calm(),
  );
  try {
    await ours(loader);
  } finally {
    await loader.close();
  }
}

/** Requests as text; of compressed data what they give, since two libraries compress the same to other bytes. */
function framesOf(heard: readonly Heard[]): readonly string[] {
  const frames: string[] = [];
  let compressed: Uint8Array[] = [];
  const blocks = heard.filter(({ op }) => op === ESP_OP.deflData).length;
  for (const { op, data, checksum } of heard) {
    if (LEFT_OUT.has(op)) continue;
    if (op === ESP_OP.deflData) {
      compressed.push(readBlock(data)?.content ?? data);
      if (compressed.length < blocks) continue;
      frames.push(`compressed ${Buffer.from(inflateSync(Buffer.concat(compressed))).toString('hex')}`);
      compressed = [];
    } else if (op === ESP_OP.deflBegin) {
      frames.push(
        `begin ${espWord(data, 0)} at ${espWord(data, 3)}, blocks of ${espWord(data, 2)}, ${data.length}`,
      );
    } else frames.push(`${op.toString(16)} ${checksum} ${Buffer.from(data).toString('hex')}`);
  }
  return frames;
}

/** The size of the flash chip is told before every work; the tool leaves it out where its stub erases. */
function compared(ours: readonly string[], wanted: readonly string[]): readonly string[] {
  const isSize = (frame: string) => frame.startsWith(`${ESP_OP.spiSetParams.toString(16)} `);
  const got = wanted.some(isSize) ? ours : ours.filter((frame) => !isSize(frame));
  const at = wanted.findIndex((frame, i) => frame !== got[i]);
  if (at === -1) return same('frames', got.length, wanted.length);
  return [`frame ${at}: ${got[at]?.slice(0, 120)}, not ${wanted[at]?.slice(0, 120)}`];
}
