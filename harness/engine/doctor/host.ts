import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchCheck } from '#core/bench-check.ts';

/** Smallest release that the package asks for. */
const NODE = [20, 19] as const;

/** What every bench rests on: the runtime, and a clock that evidence can be dated by. */
export function examineHost(
  now: Date = new Date(),
  node: string = process.versions.node,
): readonly BenchCheck[] {
  return [nodeCheck(node), clockCheck(now)];
}

function nodeCheck(version: string): BenchCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  const check = 'node';
  if (isNew) return { check, state: 'well', seen: `Node.js ${version}` };
  return {
    check,
    state: 'broken',
    seen: `Node.js ${version} is older than ${NODE.join('.')}`,
    mend: `nvm install ${NODE[0]}`,
  };
}

/** A clock that runs before this very program was made would date every record wrongly. */
function clockCheck(now: Date): BenchCheck {
  const made = statSync(fileURLToPath(import.meta.url)).mtime;
  const check = 'clock';
  const seen = `the clock says ${now.toISOString()}`;
  if (now.getTime() >= made.getTime()) return { check, state: 'well', seen };
  return {
    check,
    state: 'broken',
    seen: `${seen}, before this program was installed`,
    mend: 'sudo timedatectl set-ntp true',
  };
}
