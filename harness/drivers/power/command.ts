import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CallOptions, PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { SwitchedPower } from '#drivers/power/switched.ts';

/** Program and arguments; no shell sees them. */
export type Command = readonly [program: string, ...args: string[]];

export interface CommandSettings {
  readonly on: Command;
  readonly off: Command;
  /** Left out: a reset is a power cycle. */
  readonly reset?: Command;
  /** Default 10 s of real time. */
  readonly timeoutMs?: number;
}

const run = promisify(execFile);
const MOST_OUTPUT = 65_536;

/** A supply switched by programs of the bench: `uhubctl`, a relay tool, a power meter's client. */
export function commandPower(settings: CommandSettings): Instrument<PowerControl> {
  const timeout = settings.timeoutMs ?? 10_000;
  const { on, off, reset } = settings;
  const toggle = {
    on: (options: CallOptions) => execute(on, timeout, options),
    off: (options: CallOptions) => execute(off, timeout, options),
    reset: reset === undefined ? null : (options: CallOptions) => execute(reset, timeout, options),
    verified: `${off[0]} reported success; the supply was not measured`,
  };
  return {
    description: `supply switched by ${on[0]}`,
    open: (context) => Promise.resolve(new SwitchedPower(toggle, context)),
  };
}

async function execute([program, ...args]: Command, timeout: number, options: CallOptions): Promise<void> {
  options.signal.throwIfAborted();
  try {
    await run(program, args, { timeout, maxBuffer: MOST_OUTPUT, signal: options.signal, shell: false });
  } catch (cause) {
    options.signal.throwIfAborted();
    throw commandFailed(program, cause);
  }
}

function commandFailed(program: string, cause: unknown): BenchError {
  const { code, stderr, killed } = cause as { code?: number | string; stderr?: string; killed?: boolean };
  const said = (stderr ?? '').trim().split('\n').at(-1) ?? '';
  return new BenchError({
    code: 'power-command',
    message: `the supply could not be switched by ${program}`,
    expected: 'exit status 0',
    got: `${killed === true ? 'no end within its time' : String(code)}${said === '' ? '' : `: ${said}`}`,
    remedy: 'run the command by hand; check its path, rights and the instrument it talks to',
    cause,
  });
}
