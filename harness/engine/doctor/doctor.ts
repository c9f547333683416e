import type { BenchCheck } from '#core/bench-check.ts';
import type { Bench, BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { ConsoleEar } from '#engine/doctor/console-ear.ts';
import { EXAMINATIONS } from '#engine/doctor/examinations.ts';
import { examineHost } from '#engine/doctor/host.ts';
import { examine, trouble } from '#engine/doctor/patient.ts';

/** A finding, and what of the bench it is about. */
export interface BenchFinding extends BenchCheck {
  /** Board id; null for the machine that the bench hangs on. */
  readonly board: string | null;
  /** Capability that was looked at; `host` for the machine. */
  readonly slot: string;
}

export interface DoctorOptions {
  /** Only these boards; empty: all. */
  readonly boards: readonly string[];
  readonly signal: AbortSignal;
  /** Told of each finding as it is made. */
  readonly onFinding: (finding: BenchFinding) => void;
}

/** Looks at a bench from the plug to the prompt: first what can be seen without the boards, then each board opened. */
export async function examineBench(bench: Bench, options: DoctorOptions): Promise<readonly BenchFinding[]> {
  const { boards, signal, onFinding } = options;
  const findings: BenchFinding[] = [];
  const note = (board: string | null, slot: string, check: BenchCheck) => {
    const finding = { board, slot, ...check };
    findings.push(finding);
    onFinding(finding);
  };
  for (const check of examineHost()) note(null, 'host', check);
  for (const entry of bench.boards) {
    const { id } = entry.facts;
    if (boards.length > 0 && !boards.includes(id)) continue;
    await examineEntry(entry, { signal, allow: bench.allow ?? [] }, (slot, check) => note(id, slot, check));
  }
  return findings;
}

async function examineEntry(
  entry: BoardEntry,
  options: OpenOptions,
  note: (slot: string, check: BenchCheck) => void,
): Promise<void> {
  const { signal } = options;
  for (const equipment of entry.equipment ?? []) {
    for (const check of await equipment.examine(signal)) note(equipment.slot, check);
  }
  let rig: OpenRig;
  try {
    rig = await entry.open(options);
  } catch (error) {
    signal.throwIfAborted();
    note('rig', { check: 'open', ...trouble(error) });
    return;
  }
  try {
    const used = Object.entries(rig.instruments).map(([slot, what]) => `${slot}: ${what}`);
    note('rig', { check: 'open', state: 'well', seen: used.join('; ') });
    await examineRig(entry, rig, signal, note);
  } finally {
    await rig[Symbol.asyncDispose]();
  }
}

/** A board that does not run its golden image is not examined further: every later finding would follow from that. */
async function examineRig(
  entry: BoardEntry,
  rig: OpenRig,
  signal: AbortSignal,
  note: (slot: string, check: BenchCheck) => void,
): Promise<void> {
  const ear = rig.channel === undefined ? null : new ConsoleEar(rig.channel);
  for (const examination of EXAMINATIONS) {
    const found = await examine(examination, { entry, rig, ear, call: { signal } });
    if (found === null) continue;
    note(examination.slot, found);
    if (examination.check === 'firmware' && found.state === 'broken') return;
  }
}
