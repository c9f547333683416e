import type { CutEffort } from '#core/attack.ts';
import type { Bench } from '#core/rig.ts';
import { type SelfTest, type SelfTestFlaw, selfTestVerdict } from '#core/selftest.ts';
import type { Proof } from '#engine/prove.ts';
import { type FlawProof, isMissed } from '#engine/trials.ts';
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
  const flaws = proof.matrix.map((row) => flawOf(row, proof.interrupted));
  const falseAlarms = proof.falseAlarms.map(({ board, scenario, verdict }) => ({ board, scenario, verdict }));
  const missed = missedOf(proof);
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
    forgeries: { aimed: proof.forgeries.length, missed },
    verdict: selfTestVerdict({ flaws, falseAlarms, missed }, proof.interrupted),
  };
}

function missedOf({ forgeries, interrupted }: Proof): SelfTest['forgeries']['missed'] {
  if (interrupted) return [];
  return forgeries
    .filter(({ caught }) => !caught)
    .map(({ board, flaw, forgery }) => ({ board, flaw, forgery }));
}

function flawOf(
  { board, flaw, family, title, claims, caught }: FlawProof,
  interrupted: boolean,
): SelfTestFlaw {
  const shown = claims.map(({ attack, verdict, scenario, evidence }) => {
    const { file = null, head = null } = evidence ?? {};
    return { attack, verdict, scenario, file, head };
  });
  const uncaught = isMissed({ claims }, interrupted) ? 'missed' : 'untested';
  return { board, flaw, family, title, outcome: caught ? 'caught' : uncaught, shown };
}
