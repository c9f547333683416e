import { machineGraph } from '#core/graph.ts';
import type { Attack, CutEffort } from '#core/attack.ts';
import type { Selection } from '#engine/plan.ts';
import type { SelfTestCitation } from '#core/selftest.ts';
import type { AttackSummary, BoardSummary, RunReport } from '#core/record.ts';

/** File of the run folder that says what the run is. */
export const HEADER_FILE = 'run.json';

/** What run.json holds: written when the run begins, and again when it ended. */
export interface RunHeader extends Pick<
  RunReport,
  'id' | 'tool' | 'title' | 'startedAt' | 'endedAt' | 'interrupted' | 'seed' | 'bench'
> {
  readonly schema: 'assay-run-1';
  readonly state: 'running' | 'ended';
  /** Bench as it was named: what `replay` opens. */
  readonly benchReference: string;
  /** What was to be run; `assay run --resume` goes on with it. */
  readonly selection?: Selection;
  /** The interrupted run whose records this one took over. */
  readonly resumed?: string;
  /** What the rig was seen to catch before the run, where that was given. */
  readonly selfTest?: SelfTestCitation;
  /** How thoroughly power was cut, where it was said. */
  readonly cuts?: CutEffort;
  readonly boards: readonly BoardSummary[];
  readonly attacks: readonly AttackSummary[];
  /** Scenarios that were to run. */
  readonly planned: number;
  /** Digest over all verdicts; null until the run ended. */
  readonly verdictDigest: string | null;
}

/** An attack as a report shows it. */
export function attackSummary({ id, family, title, why, machine }: Attack): AttackSummary {
  return { id, family, title, why, graph: machineGraph(machine) };
}
