import { BenchError } from '#core/errors.ts';
import type { Ended } from '#drivers/machine/tethered.ts';

/** Oldest QEMU that these rigs are known to work with: its monitor turns trace events on and off, and the micro:bit has its RNG. */
export const OLDEST_QEMU = 6;

/** Lines of QEMU's own complaint that an error quotes. */
function excerpt({ how, stderr }: Ended): string {
  const lines = stderr.split('\n').slice(-4).join(' | ');
  return lines === '' ? how : `${how}: ${lines}`;
}

/** QEMU ended although nobody asked it to. */
export function qemuDied(program: string, ended: Ended): BenchError {
  if (ended.how === 'exit status 127') return missing(program, ended);
  if (/unsupported machine type|No machine specified/.test(ended.stderr))
    return noSuchMachine(program, ended);
  const [lockup] = /Lockup: .*/.exec(ended.stderr) ?? [];
  if (lockup !== undefined) return lockedUp(lockup);
  return new BenchError({
    code: 'qemu-died',
    message: `${program} ended although its machine was on`,
    expected: 'it to run until it is told to stop',
    got: excerpt(ended),
    remedy: 'read what it printed; run the same command by hand',
  });
}

/** A fault where no handler could run: flash holds no program, or one for another chip. */
function lockedUp(got: string): BenchError {
  return new BenchError({
    code: 'machine-lockup',
    message: 'the firmware does not boot: the processor locked up',
    expected: 'a vector table at the start of flash, and code where it points',
    got,
    remedy: 'build the firmware anew for this chip: npm run firmware',
  });
}

function missing(program: string, ended: Ended): BenchError {
  return new BenchError({
    code: 'qemu-missing',
    message: `${program} is not installed`,
    got: excerpt(ended),
    remedy:
      program === 'qemu-system-arm'
        ? 'install it: apt-get install qemu-system-arm, brew install qemu'
        : 'install it, and put its folder into PATH; for Espressif chips take their own QEMU: idf_tools.py install qemu-xtensa',
  });
}

function noSuchMachine(program: string, ended: Ended): BenchError {
  return new BenchError({
    code: 'qemu-machine-unknown',
    message: `this ${program} has no such machine`,
    got: excerpt(ended),
    remedy: `list what it has: ${program} -M help; Espressif chips need Espressif's own QEMU`,
  });
}

/** The machine would work otherwise than it is known to. */
export function qemuTooOld(program: string, version: readonly [number, number]): BenchError {
  return new BenchError({
    code: 'qemu-too-old',
    message: `this ${program} is too old`,
    expected: `version ${OLDEST_QEMU}.0 or later`,
    got: `version ${version.join('.')}`,
    remedy: 'install a newer QEMU',
  });
}

/** QEMU neither connected nor ended. */
export function qemuStuck(program: string, ms: number): BenchError {
  return new BenchError({
    code: 'qemu-stuck',
    message: `${program} did not come up within ${ms} ms`,
    remedy: 'check that the host is not short of memory; run the same command by hand',
  });
}
