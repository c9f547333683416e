import type { CutEffort } from '#core/attack.ts';
import type { Bench } from '#core/rig.ts';
import { type SelfTest, type SelfTestFlaw, selfTestVerdict } from '#core/selftest.ts';
import type { Proof } from '#engine/prove.ts';
import type { FlawProof } from '#engine/trials.ts';
import { tool } from '#engine/version.ts';

/** When and how a proof was made on a rig. */
export interface SelfTestOccasion {
  readonly id: string;
  readonly bench: Bench;
  readonly seed: number;
  readonly cuts?: CutEffort | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** The self-test that a proof on a rig amounts to. */
export function selfTestOf(proof: Proof, occasion: SelfTestOccasion): SelfTest {
  const { id, bench, seed, cuts, startedAt, endedAt } = occasion;
  const flaws = proof.matrix.map(flawOf);
  const falseAlarms = proof.falseAlarms.map(({ board, scenario, verdict }) => ({ board, scenario, verdict }));
  return {
    schema: 'assay-selftest-1',
    id,
    tool: tool(),
    bench: { id: bench.id, title: bench.title },
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    seed,
    ...(cuts === undefined ? {} : { cuts }),
    boards: proof.boards,
    flaws,
    falseAlarms,
    sound: proof.sound,
    verdict: selfTestVerdict({ flaws, falseAlarms }, proof.interrupted),
  };
}

function flawOf({ board, flaw, family, title, claims, caught }: FlawProof): SelfTestFlaw {
  const tried = claims.length === 0 ? 'untested' : 'missed';
  const attacks = claims.map(({ attack }) => attack);
  return { board, flaw, family, title, outcome: caught ? 'caught' : tried, attacks };
}
