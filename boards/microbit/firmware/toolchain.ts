import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchError } from '#core/errors.ts';

const run = promisify(execFile);

/** The compiler that the firmware is written for; its standard library carries the cryptography. */
export const ZIG_VERSION = '0.15.2';

/** How the compiler is started: a program and what goes in front of its own arguments. */
export interface Toolchain {
  readonly program: string;
  readonly prefix: readonly string[];
}

/** ASSAY_ZIG, the Python package `ziglang`, `zig` on the PATH: the first of the right version. BenchError when none is. */
export async function findToolchain(env: NodeJS.ProcessEnv): Promise<Toolchain> {
  const seen: string[] = [];
  for (const candidate of candidatesOf(env)) {
    const version = await versionOf(candidate, env);
    if (version === ZIG_VERSION) return candidate;
    seen.push(`${[candidate.program, ...candidate.prefix].join(' ')}: ${version ?? 'not there'}`);
  }
  throw new BenchError({
    code: 'firmware-toolchain',
    message: 'the compiler of the reference firmware is missing',
    expected: `Zig ${ZIG_VERSION}`,
    got: seen.join('; '),
    remedy: `run: python3 -m venv .zig && .zig/bin/pip install ziglang==${ZIG_VERSION}, then set ASSAY_ZIG_PYTHON=.zig/bin/python (or ASSAY_ZIG to a zig of that version)`,
  });
}

function candidatesOf({ ASSAY_ZIG, ASSAY_ZIG_PYTHON }: NodeJS.ProcessEnv): readonly Toolchain[] {
  const asModule = (program: string) => ({ program, prefix: ['-m', 'ziglang'] });
  return [
    ...(ASSAY_ZIG === undefined ? [] : [{ program: ASSAY_ZIG, prefix: [] }]),
    ...(ASSAY_ZIG_PYTHON === undefined ? [] : [asModule(ASSAY_ZIG_PYTHON)]),
    asModule('python3'),
    { program: 'zig', prefix: [] },
  ];
}

async function versionOf({ program, prefix }: Toolchain, env: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await run(program, [...prefix, 'version'], { env });
    return stdout.trim();
  } catch {
    return null;
  }
}
