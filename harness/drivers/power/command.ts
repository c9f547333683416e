import type { CallOptions, PowerControl } from '#core/capabilities.ts';
import { BenchError, isAssayError } from '#core/errors.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { SwitchedPower } from '#drivers/power/switched.ts';
import { type Command, runProgram } from '#drivers/program.ts';

export interface CommandSettings {
  readonly on: Command;
  readonly off: Command;
  /** Left out: a reset is a power cycle. */
  readonly reset?: Command;
  /** Default 10 s of real time. */
  readonly timeoutMs?: number;
}

/** A supply switched by programs of the bench: a relay tool, a power meter's client. */
export function commandPower(settings: CommandSettings): Instrument<PowerControl> {
  const { on, off, reset, timeoutMs } = settings;
  const execute = (command: Command) => (options: CallOptions) => switchBy(command, timeoutMs, options);
  const toggle = {
    on: execute(on),
    off: execute(off),
    reset: reset === undefined ? null : execute(reset),
    verified: `${off[0]} reported success, and the supply was not measured`,
  };
  return {
    description: `supply switched by ${on[0]}`,
    open: (context) => Promise.resolve(new SwitchedPower(toggle, context)),
  };
}

async function switchBy(
  command: Command,
  timeoutMs: number | undefined,
  { signal }: CallOptions,
): Promise<void> {
  try {
    await runProgram(command, { signal, ...(timeoutMs === undefined ? {} : { deadlineMs: timeoutMs }) });
  } catch (cause) {
    if (!isAssayError(cause)) throw cause;
    throw new BenchError({
      code: 'power-command',
      message: `the supply could not be switched by ${command[0]}`,
      ...(cause.expected === undefined ? {} : { expected: cause.expected }),
      ...(cause.got === undefined ? {} : { got: cause.got }),
      remedy: cause.remedy,
      cause,
    });
  }
}
