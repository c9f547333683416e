import { runProgram } from '#drivers/program.ts';

/** As Debian calls it. */
export const GDB = 'gdb-multiarch';

/** Whether it is installed. */
export async function gdbThere(): Promise<boolean> {
  try {
    await runProgram([GDB, '--version'], { signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  }
}

/** Runs gdb's commands on the target behind a socket; gives what they printed. */
export function runGdb(socket: string, commands: readonly string[]): Promise<string> {
  const script = [
    'set architecture armv6-m',
    'set pagination off',
    'set mem inaccessible-by-default off',
    `target remote ${socket}`,
    ...commands,
    'disconnect',
  ].flatMap((command) => ['-ex', command]);
  const options = { signal: AbortSignal.timeout(120_000), deadlineMs: 110_000 };
  return runProgram([GDB, '-nx', '-q', '-batch', ...script], options);
}
