import type { Json } from '#core/canonical.ts';
import type { Capabilities, CapabilityName } from '#core/capabilities.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { InternalError } from '#core/errors.ts';
import type { EvidenceKind } from '#core/evidence.ts';
import type { CrashSeen } from '#core/fault-line.ts';
import type { Image } from '#core/image.ts';
import type { RigBase } from '#core/rig.ts';
import type { Crew } from '#engine/crew.ts';
import type { FindingFiles } from '#engine/triage/finding-files.ts';

/** A rig as a verb sees it: only the capabilities that the attack declared as needs. */
export type VerbRig = Pick<RigBase, 'board' | 'kind' | 'clock' | 'prepare' | 'onConsole'> &
  Partial<Capabilities>;

/** What a verb may use while it runs. */
export interface VerbCall {
  readonly rig: VerbRig;
  readonly signal: AbortSignal;
  record(kind: EvidenceKind, data: Json): void;
  /** Lines by which the firmware said that it crashed since the scenario began. */
  crashes(): readonly CrashSeen[];
  /** Keeps bytes beside the record: an image, a capture. */
  keep(image: Pick<Image, 'name' | 'bytes' | 'digest'>): void;
  /** Keeps a value beside the record, in a file of its own that is named after the scenario. */
  attach(what: string, value: Json): void;
  /** Whether the record is kept in a run folder. */
  readonly keeps: boolean;
  /** Keeps a file in the run folder, in the place of what had this name before. */
  keepFile(file: string, content: Json | Uint8Array): void;
  /** Keeps what is known of a finding, in a folder of its own; the same finding is kept once. */
  keepFinding(id: string, files: FindingFiles): void;
  readonly progress: (done: number, total: number) => void;
  /** Weaknesses that the board was built with. */
  readonly flaws: readonly string[];
  /** Threads with copies of the board, to share a long sweep with. */
  readonly crew: Crew | null;
  /** Cuts that the next sweep had made before the run was interrupted. */
  nextPriorCuts(): readonly CutObservation[];
}

/** A verb: what it does, and how its input and output are told in evidence where their plain form is too long. */
export interface Verb<Output, Input> {
  run(input: Input, call: VerbCall): Promise<Output>;
  readonly asked?: (input: Input) => Json;
  readonly told?: (output: Output) => Json;
}

/** A capability of the rig. Throws InternalError where the attack uses what it did not declare. */
export function use<N extends CapabilityName>(call: Pick<VerbCall, 'rig'>, name: N): Capabilities[N] {
  const { [name]: capability }: Partial<Capabilities> = call.rig;
  if (capability !== undefined) return capability;
  throw new InternalError({
    code: 'need-undeclared',
    message: `a verb needs ${name}, which the attack does not declare`,
    remedy: `add '${name}' to the attack's needs`,
  });
}
