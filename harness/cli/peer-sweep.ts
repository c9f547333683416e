import { parseArgs } from 'node:util';
import { explain, UsageError } from '#core/errors.ts';
import { suggest } from '#engine/nearest.ts';
import type { Peer } from '#codecs/peers/peer.ts';
import type { Values } from './command.ts';
import { seedOption, wholeOption } from './options.ts';

/** Images for each tool unless told otherwise: enough for every option to meet every other. */
const COUNT = 300;

/** Where the sweeps are, and where their words go. */
export interface PeerWorld {
  /** Names of the modules, `<group>-<tool>`; others are no sweeps. */
  readonly names: readonly string[];
  load(name: string): Promise<Peer>;
  say(line: string): void;
  complain(line: string): void;
}

interface Total {
  compared: number;
  differ: number;
  missing: number;
}

function chosen(asked: string | undefined, names: readonly string[]): readonly string[] {
  const sweeps = names.filter((name) => name.includes('-'));
  const found = sweeps.filter((name) => asked !== undefined && name.startsWith(asked));
  if (found.length > 0) return found;
  const groups = [...new Set(sweeps.map((name) => name.split('-')[0] ?? ''))];
  throw new UsageError({
    code: 'peers-unknown',
    message: asked === undefined ? 'no group of peers was named' : `there are no peers ${asked}`,
    remedy: suggest(asked ?? '', [...groups, ...sweeps]),
  });
}

function valuesOf(args: readonly string[]): { readonly values: Values; readonly asked: string | undefined } {
  const options = { count: { type: 'string' }, seed: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, asked: positionals[0] };
  } catch (cause) {
    throw new UsageError({
      code: 'option-unknown',
      message: cause instanceof Error ? cause.message : String(cause),
      expected: 'npm run peers -- <group> [--count N] [--seed N]',
      remedy: 'try: npm run peers -- images',
      cause,
    });
  }
}

async function sweep(args: readonly string[], world: PeerWorld): Promise<Total> {
  const { values, asked } = valuesOf(args);
  const names = chosen(asked, world.names);
  const count = wholeOption(values, 'count', 1, 100_000) ?? COUNT;
  const seed = seedOption(values, 'random');
  world.say(`seed ${seed}, ${count} a tool`);
  const total: Total = { compared: 0, differ: 0, missing: 0 };
  for (const name of names) {
    const peer = await world.load(name);
    const log = (line: string) => world.say(`  ${line}`);
    const { compared, differ, skipped } = await peer.run({ count, seed, log });
    world.say(
      skipped === undefined
        ? `${peer.name}: ${compared} compared with ${peer.tool}, ${differ} differ`
        : `${peer.name}: not compared: ${skipped}`,
    );
    total.compared += compared;
    total.differ += differ;
    if (skipped !== undefined) total.missing += 1;
  }
  return total;
}

/** Runs the sweeps of a group; exit code 1 where anything differs, 2 where a tool is missing, 64 for wrong usage. */
export async function peerMain(args: readonly string[], world: PeerWorld): Promise<number> {
  try {
    const { compared, differ, missing } = await sweep(args, world);
    world.say(`${compared} compared, ${differ} differ`);
    if (differ > 0) return 1;
    return missing > 0 || compared === 0 ? 2 : 0;
  } catch (error) {
    world.complain(explain(error));
    return error instanceof UsageError ? 64 : 2;
  }
}
