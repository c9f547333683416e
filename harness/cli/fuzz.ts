import { parseArgs } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { explain, UsageError } from '#core/errors.ts';
import { exportOf, modulesIn } from '#engine/discovery.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';
import type { Values } from './command.ts';
import { fuzzCodecs, replayCodec, type Tally } from './fuzz-codecs.ts';
import { seedOption, textOption, wholeOption } from './options.ts';

const FOLDER = 'harness/fuzz/targets';
const SECONDS = 30;
/** Ignored by git, as run folders are. */
const OUT = 'reports/runs/fuzz';

const METERS = {
  now: () => performance.now(),
  allocated: () => {
    const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
    return heap + outside;
  },
};

const OPTIONS = {
  seconds: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  replay: { type: 'string' },
} as const;

function argumentsOf(args: readonly string[]): Values {
  const expected = 'npm run fuzz -- codecs [--seconds N] [--seed N] [--out DIR] [--replay FILE]';
  const remedy = 'try: npm run fuzz -- codecs --seconds 30';
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (positionals.join(' ') === 'codecs') return values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError({ code: 'option-unknown', message, expected, remedy, cause });
  }
  throw new UsageError({ code: 'fuzz-unknown', message: 'say what to fuzz: codecs', expected, remedy });
}

async function main(args: readonly string[]): Promise<Tally> {
  const values = argumentsOf(args);
  const lists = await Promise.all(modulesIn(FOLDER).map((place) => exportOf(place, 'targets')));
  const targets = (lists as readonly (readonly CodecTarget[])[]).flat();
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const replay = textOption(values, 'replay');
  if (replay !== undefined) return replayCodec(replay, { targets, meters: METERS, say });
  const seed = seedOption(values, 'random');
  const seconds = wholeOption(values, 'seconds', 1, 1_000_000) ?? SECONDS;
  const share = (1000 * seconds) / targets.length;
  say(`seed ${seed}, ${targets.length} codecs, ${seconds} s`);
  const enough = (_executions: number, elapsed: number) => elapsed >= share;
  return fuzzCodecs({ targets, seed, enough, out: textOption(values, 'out') ?? OUT, meters: METERS, say });
}

try {
  const { escapes } = await main(process.argv.slice(2));
  process.exitCode = escapes === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 64 : 2;
}
