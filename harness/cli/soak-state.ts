import { readFileSync } from 'node:fs';
import { UsageError } from '#core/errors.ts';
import type { SoakAlarm, SoakState } from '#engine/benchmarks/measure/soak-run.ts';

type Members = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isAlarm(value: unknown): value is SoakAlarm {
  if (typeof value !== 'object' || value === null) return false;
  const { index, name, what, case: bytes } = value as Members;
  return isCount(index) && isText(name) && isText(what) && isText(bytes);
}

function isState(value: unknown): value is SoakState {
  if (typeof value !== 'object' || value === null) return false;
  const { soak, set, seed, next, alarms, leftovers } = value as Members;
  return (
    isText(soak) &&
    isText(set) &&
    isCount(seed) &&
    isCount(next) &&
    Array.isArray(alarms) &&
    alarms.every(isAlarm) &&
    Array.isArray(leftovers) &&
    leftovers.every(isText)
  );
}

/** The state that a soak kept. Throws UsageError `soak-state` for a file that holds none. */
export function readSoakState(file: string): SoakState {
  let cause: unknown;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isState(value)) return value;
  } catch (error) {
    cause = error;
  }
  throw new UsageError({
    code: 'soak-state',
    message: `${file} is not the state of a soak`,
    expected: 'a file that `npm run soak` wrote',
    remedy: 'name another --state, or remove the file to begin anew',
    cause,
  });
}
