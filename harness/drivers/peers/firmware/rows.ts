import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from '#core/errors.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ASSAY = ['--conditions=source', '--import', 'tsx', 'harness/cli/main.ts'];
const LARGEST_ANSWER = 64 << 20;

/** Why the machine code cannot be run here, and what to do about it; null where it can. */
export function whyNotHere(): string | null {
  if (spawnSync('qemu-system-arm', ['--version']).status !== 0) {
    return 'no qemu-system-arm: apt-get install qemu-system-arm';
  }
  const built = process.env['ASSAY_FIRMWARE'] ?? join(ROOT, 'boards/microbit/firmware/build');
  return existsSync(join(built, 'built.json')) ? null : 'the firmware is not built: npm run firmware';
}

/** What a run said of a scenario. */
export interface Row {
  readonly scenario: string;
  readonly verdict: string;
  readonly observed: string;
}

/** Runs scenarios of a bench as a user would, and gives what came of each. BenchError where the run did not take place. */
export async function rowsOf(
  bench: string,
  selection: readonly string[],
  seed: number,
): Promise<ReadonlyMap<string, Row>> {
  const out = await mkdtemp(join(tmpdir(), 'assay-twin-'));
  try {
    const where = ['--bench', `boards/benches/${bench}.ts`, '--seed', String(seed), '--out', out];
    const answer = await assay(['run', ...where, ...selection, '--format', 'json', '--json']);
    return new Map(scenariosIn(bench, answer).map((row) => [row.scenario, row]));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
}

/** The exit code is the verdict's, so that it says nothing here. */
function assay(args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, maxBuffer: LARGEST_ANSWER };
    execFile(process.execPath, [...ASSAY, ...args], options, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}

function scenariosIn(bench: string, { stdout, stderr }: Answer): readonly Row[] {
  try {
    const { scenarios } = JSON.parse(stdout) as { readonly scenarios?: readonly Row[] };
    if (scenarios !== undefined) return scenarios;
  } catch {
    // Said below, with what the run complained of.
  }
  throw new BenchError({
    code: 'twin-run',
    message: `the scenarios were not run on the bench ${bench}`,
    got: stderr.slice(-1000),
    remedy: 'build the firmware (npm run firmware), install qemu-system-arm, and see `assay doctor`',
  });
}
