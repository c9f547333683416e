import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Alarm } from '#core/alarm.ts';
import type { Json } from '#core/canonical.ts';
import { UsageError } from '#core/errors.ts';
import type { FuzzFinding } from '#core/fuzz-finding.ts';
import { listOf, memberOf, textOf } from '#core/json-path.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { printable } from '#engine/printable.ts';

/** What of a finding it takes to send it again, and to tell whether the same happens. */
export type SentFinding = Pick<FuzzFinding, 'id' | 'board' | 'flaws' | 'protocol' | 'alarm' | 'observed'> & {
  readonly cases: readonly FuzzCase[];
};

/** Name of a finding's file in its folder. */
export const CASE_FILE = 'case.json';

/** Longest file that is read: 256 inputs of 64 KiB in hex. */
const LONGEST = 40 * 1024 * 1024;
const MOST_STEPS = 256;
const HEX = /^(?:[0-9a-f]{2})*$/;

/** Path of the case in a folder or of the file itself; null where it is neither, as a run folder is. */
export function casePath(place: string): string | null {
  const found = [place, join(place, CASE_FILE)].find((path) =>
    statSync(path, { throwIfNoEntry: false })?.isFile(),
  );
  return found ?? null;
}

function refused(path: string, what: string): UsageError {
  return new UsageError({
    code: 'case-unreadable',
    message: `${printable(path)} is not a case that can be sent again`,
    expected: `a ${CASE_FILE} as a run writes it under findings/`,
    got: what,
    remedy: 'take the file from the run folder; `assay verify` says whether it was altered',
  });
}

function readText(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > LONGEST) throw refused(path, `${size} bytes`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function parsed(path: string): Json {
  try {
    return JSON.parse(readText(path)) as Json;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw refused(path, error instanceof Error ? error.message : String(error));
  }
}

function stepOf(step: Json): FuzzCase | null {
  const [name, bytes] = [textOf(step, 'name'), textOf(step, 'bytes')];
  if (name === undefined || bytes === undefined || !HEX.test(bytes)) return null;
  const [mustRefuse, state] = [textOf(step, 'mustRefuse'), textOf(step, 'state')];
  return {
    name,
    bytes: Uint8Array.from(Buffer.from(bytes, 'hex')),
    ...(mustRefuse === undefined ? {} : { mustRefuse }),
    ...(state === undefined ? {} : { state }),
  };
}

function alarmOf(data: Json | undefined): Alarm | null {
  const [oracle, what, state] = [textOf(data, 'oracle'), textOf(data, 'what'), textOf(data, 'state')];
  if (oracle === undefined || what === undefined || state === undefined) return null;
  return {
    oracle: oracle as Alarm['oracle'],
    what,
    state,
    fault: textOf(data, 'fault') ?? null,
    resetReason: textOf(data, 'resetReason') ?? null,
    frames: listOf(data, 'frames').filter((frame) => typeof frame === 'string'),
  };
}

/** Reads a case. Throws UsageError `case-unreadable` for anything that is none. */
export function readFinding(path: string): SentFinding {
  const data = parsed(path);
  if (textOf(data, 'schema') !== 'assay-case-1') throw refused(path, 'another schema, or none');
  const [id, board, protocol] = [textOf(data, 'id'), textOf(data, 'board'), textOf(data, 'protocol')];
  const alarm = alarmOf(memberOf(data, 'alarm'));
  const steps = listOf(data, 'steps');
  const cases = steps.map(stepOf).filter((step) => step !== null);
  if (id === undefined || board === undefined || protocol === undefined || alarm === null) {
    throw refused(path, 'members are missing: id, board, protocol or alarm');
  }
  if (cases.length === 0 || cases.length > MOST_STEPS || cases.length < steps.length) {
    throw refused(path, `${cases.length} of ${steps.length} steps can be read; 1 to ${MOST_STEPS} are sent`);
  }
  const flaws = listOf(data, 'flaws').filter((flaw) => typeof flaw === 'string');
  const observed = textOf(data, 'observed') ?? alarm.what;
  return { id, board, flaws, protocol: protocol as FuzzFinding['protocol'], alarm, observed, cases };
}
