import type { BenchCheck, Equipment } from '#core/bench-check.ts';
import { OLDEST_QEMU } from '#drivers/machine/qemu-errors.ts';
import { runProgram } from '#drivers/program.ts';

/** Oldest release whose machines were looked at here; those between it and the oldest that starts at all may do. */
const TRIED = [7, 2] as const;

/** The emulator that a machine runs on, for `assay doctor`. */
export function qemuEquipment(program: string): Equipment {
  return { slot: 'rig', description: program, examine: (signal) => examineQemu(program, signal) };
}

async function examineQemu(program: string, signal: AbortSignal): Promise<readonly BenchCheck[]> {
  const check = 'tool';
  const said = await runProgram([program, '--version'], { signal }).catch(() => null);
  signal.throwIfAborted();
  const mend = `sudo apt-get install ${program}`;
  if (said === null) return [{ check, state: 'broken', seen: `${program} is not installed`, mend }];
  const seen = said.split('\n')[0]?.trim() ?? program;
  const [major = 0, minor = 0] = (/version (\d+)\.(\d+)/.exec(seen) ?? []).slice(1).map(Number);
  const isTried = major > TRIED[0] || (major === TRIED[0] && minor >= TRIED[1]);
  if (isTried) return [{ check, state: 'well', seen }];
  if (major > 0 && major < OLDEST_QEMU) {
    return [{ check, state: 'broken', seen: `${seen} is older than ${OLDEST_QEMU}.0`, mend }];
  }
  return [{ check, state: 'doubtful', seen: `${seen} is older than ${TRIED.join('.')}`, mend }];
}
