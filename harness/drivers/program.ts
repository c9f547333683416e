import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';

/** Program and arguments; no shell sees them. */
export type Command = readonly [program: string, ...args: string[]];

const run = promisify(execFile);
const MOST_OUTPUT = 65_536;
const TIMEOUT_MS = 10_000;

/** Runs a program of the bench to its end, and gives what it printed. BenchError `program-failed`; default 10 s. */
export async function runProgram([program, ...args]: Command, options: CallOptions): Promise<string> {
  const { signal, deadlineMs: timeout = TIMEOUT_MS } = options;
  signal.throwIfAborted();
  try {
    const { stdout } = await run(program, args, { timeout, maxBuffer: MOST_OUTPUT, signal, shell: false });
    return stdout;
  } catch (cause) {
    signal.throwIfAborted();
    throw failed(program, cause);
  }
}

function failed(program: string, cause: unknown): BenchError {
  const { code, stderr, killed } = cause as { code?: number | string; stderr?: string; killed?: boolean };
  const said = (stderr ?? '').trim().split('\n').slice(-2).join('; ');
  return new BenchError({
    code: 'program-failed',
    message: `${program} failed`,
    expected: 'exit status 0',
    got: `${killed === true ? 'no end within its time' : String(code)}${said === '' ? '' : `: ${said}`}`,
    remedy:
      code === 'ENOENT'
        ? `install ${program}, or give its path in the bench file`
        : 'run the command by hand; check its rights and the instrument it talks to',
    cause,
  });
}
