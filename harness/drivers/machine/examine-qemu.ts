import type { BenchCheck, Equipment } from '#core/bench-check.ts';
import { runProgram } from '#drivers/program.ts';

/** Oldest release whose machines were looked at here. */
const OLDEST = [7, 2] as const;

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
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNew) return [{ check, state: 'well', seen }];
  return [{ check, state: 'doubtful', seen: `${seen} is older than ${OLDEST.join('.')}`, mend }];
}
