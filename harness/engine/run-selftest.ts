import { basename } from 'node:path';
import type { RecordSummary } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import { factsSummary } from '#engine/board-summary.ts';
import { builtAs, demandSameBoards } from '#engine/built-as.ts';
import { type Known, prove, type Proof, type ProveOptions } from '#engine/prove.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { sealRun } from '#engine/seal.ts';
import { type LoadedSelfTest, writeSelfTest } from '#engine/selftest-file.ts';
import { type SelfTestPlan, writePlan } from '#engine/selftest-plan.ts';
import { selfTestOf } from '#engine/selftest.ts';
import { takeOver } from '#engine/take-over.ts';
import { tool } from '#engine/version.ts';

/** What was made before and is taken over: an interrupted self-test, or a run of the same bench. */
export interface SelfTestSource extends Known {
  /** Absolute. */
  readonly path: string;
}

/** `signal` stops it: what was recorded is sealed, and can be gone on with. */
export interface SelfTestOptions extends Omit<ProveOptions, 'known' | 'onTaken' | 'runDir' | 'resumeFrom'> {
  /** Bench as it was named. */
  readonly benchReference: string;
  /** Folder that gets the self-test's own folder. */
  readonly out: string;
  readonly from?: SelfTestSource | undefined;
}

export interface FinishedSelfTest {
  readonly proof: Proof;
  readonly made: LoadedSelfTest;
  /** Absolute. */
  readonly path: string;
}

/**
 * Finds out what a rig catches, with the evidence of every scenario on sound and on flawed boards, and seals it. Throws
 * UsageError `other-build` where what is taken over was made on sound boards with other firmware; flawed builds that are not
 * what they were are run again.
 */
export async function runSelfTest(options: SelfTestOptions): Promise<FinishedSelfTest> {
  const { bench, seed, cuts, from, out, signal } = options;
  demandSameBoards(bench, from?.boards ?? [], from?.path ?? '');
  const startedAt = new Date();
  const folder = RunFolder.create(out, seed, startedAt);
  const plan = planOf(options);
  writePlan(folder, plan);
  const source =
    from === undefined
      ? {}
      : { known: { ...from, records: ofSameBuild(bench, from.records) }, resumeFrom: from.path };
  const proof = await prove({
    ...options,
    ...source,
    runDir: folder.path,
    onTaken: (taken) => from !== undefined && takeOver(from.path, taken, folder),
  });
  const id = basename(folder.path);
  const made = writeSelfTest(
    folder,
    selfTestOf(proof, { id, bench, seed, cuts, startedAt, endedAt: new Date() }),
  );
  writePlan(folder, { ...plan, state: signal.aborted ? 'interrupted' : 'ended' });
  sealRun(folder, id, null);
  return { proof, made, path: folder.path };
}

function planOf({ bench, benchReference, selection, seed, cuts, from }: SelfTestOptions): SelfTestPlan {
  return {
    schema: 'assay-selftest-plan-1',
    tool: tool(),
    state: 'running',
    benchReference,
    selection,
    seed,
    ...(cuts === undefined ? {} : { cuts }),
    boards: bench.boards.map(factsSummary),
    ...(from === undefined ? {} : { from: basename(from.path) }),
  };
}

/** Records of flawed builds that are still what they were; sound boards are compared before. */
function ofSameBuild(bench: Bench, records: readonly RecordSummary[]): readonly RecordSummary[] {
  return records.filter(({ board, flaws, built }) => {
    const plain = bench.boards.find(({ facts }) => facts.id === board);
    if (flaws.length === 0 || plain === undefined) return true;
    return built === builtAs(factsSummary(plain.built?.(flaws) ?? plain));
  });
}
