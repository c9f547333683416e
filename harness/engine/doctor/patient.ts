import type { BenchCheck, BenchState } from '#core/bench-check.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import type { ConsoleEar } from '#engine/doctor/console-ear.ts';
import { printable } from '#engine/printable.ts';

/** An opened board under examination. */
export interface Patient {
  readonly entry: BoardEntry;
  readonly rig: OpenRig;
  /** Null for a rig without a console. */
  readonly ear: ConsoleEar | null;
  readonly call: CallOptions;
}

/** One examination of an opened board: null where it does not apply to the rig. */
export interface Examination {
  /** Kebab-case. */
  readonly check: string;
  /** Capability that it looks at. */
  readonly slot: string;
  look(patient: Patient): Promise<Seen | null>;
}

export interface Seen {
  readonly state: BenchState;
  readonly seen: string;
  readonly mend?: string;
}

export function well(seen: string): Seen {
  return { state: 'well', seen };
}

export function broken(seen: string, mend: string): Seen {
  return { state: 'broken', seen, mend };
}

/** A sentence out of whatever was thrown, and its remedy. */
export function trouble(error: unknown): Seen {
  if (!isAssayError(error)) {
    const seen = printable(error instanceof Error ? error.message : String(error));
    return broken(seen, 'report this with the output of: assay doctor --json');
  }
  const { message, expected, got, remedy } = error;
  const details = [
    expected === undefined ? [] : [`expected ${expected}`],
    got === undefined ? [] : [`got ${got}`],
  ].flat();
  const seen = printable([message, ...details].join('; ').replaceAll(/\s*\n\s*/g, ' '), 400);
  return broken(seen, remedy);
}

/** Runs one examination; what it throws is a finding. An end that was asked for is none. */
export async function examine(examination: Examination, patient: Patient): Promise<BenchCheck | null> {
  const { check } = examination;
  try {
    const seen = await examination.look(patient);
    return seen === null ? null : { check, ...seen };
  } catch (error) {
    patient.call.signal.throwIfAborted();
    return { check, ...trouble(error) };
  }
}
