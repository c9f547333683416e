import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Confines this process, all its threads with it, to some processors, as `0` or `0-3`; false where it cannot. */
function confine(processors: string): boolean {
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', processors, String(process.pid)], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function allowed(): string | null {
  try {
    return /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * Runs some work on one processor alone: also what the runtime does beside it, such as collecting garbage, which would
 * otherwise use a second one. `confined` is false where the system offers no `taskset`.
 */
export async function onOneProcessor<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly confined: boolean }> {
  const all = allowed();
  const confined = all !== null && confine(/^\d+/.exec(all)?.[0] ?? '0');
  try {
    return { result: await work(), confined };
  } finally {
    if (confined) confine(all);
  }
}
