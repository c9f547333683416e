import type { CutEffort, Scenario, ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { CapabilityName } from '#core/capabilities.ts';
import { digestOf } from '#core/digest.ts';
import type { Image } from '#core/image.ts';
import { TEARS } from '#core/tear.ts';
import type { TimedPhase } from '#core/timed-cuts.ts';
import { derivedSeed } from '#fuzz/rng.ts';
import { mainPath } from '../cast.ts';
import type { Counted, PowerLossInput, Timed } from './input.ts';

/** A phase to cut power in, and with what update. */
export interface CutPlan {
  /** Last part of the scenario id. */
  readonly name: string;
  readonly title: string;
  readonly phase: TimedPhase | ((board: BoardFacts) => TimedPhase);
  readonly cast: (board: BoardFacts, context: ScenarioContext) => Image;
  /** False where the update is one that the board must refuse. */
  readonly acceptable?: false;
  /** False where the update is left on trial, so that it has to be given up. */
  readonly confirms?: false;
  /** Times a seeded tear is rolled at each operation: a short phase needs more to see every way it can turn out. */
  readonly rolls: number;
}

/** What a scenario needs of a rig that counts flash operations, and of one that does not. */
const NEEDS: Readonly<Record<'counted' | 'timed', readonly CapabilityName[]>> = {
  counted: ['sweep'],
  timed: ['update', 'identity', 'power'],
};

/** Rolls of an exhaustive sweep, as a multiple of the usual ones, and recoveries run for second cuts. */
const EXHAUSTIVE = { rolls: 4, depth: 2, budget: 6000 } as const;

/**
 * 59 cuts without a failure show 95 % with 95 % confidence (Wilks), 299 show 99 %; and as many again at most where the
 * outcome changes.
 */
const SPREAD = { usual: 59, exhaustive: 299, narrow: 24 } as const;

function counted(rolls: number, seed: number, effort: CutEffort | undefined): Counted {
  const tears = effort?.tears ?? TEARS;
  if (effort?.exhaustive !== true) return { kind: 'counted', tears, seed, rolls };
  const { depth, budget } = EXHAUSTIVE;
  return { kind: 'counted', tears, seed, rolls: rolls * EXHAUSTIVE.rolls, depth, budget };
}

function timed(board: BoardFacts, seed: number, effort: CutEffort | undefined): Timed {
  const spread = effort?.exhaustive === true ? SPREAD.exhaustive : SPREAD.usual;
  return { kind: 'timed', seed, path: mainPath(board), spread, narrow: SPREAD.narrow };
}

/** Where an update that must be refused is refused, seen by the clock: between its transfer and the next boot. */
function timedPhase(phase: TimedPhase, acceptable: boolean): TimedPhase {
  return acceptable ? phase : 'upload';
}

/** Modes that neither move an image nor keep a record of its trial. */
const RUNS_IN_PLACE: ReadonlySet<string> = new Set(['direct-xip', 'ram-load']);

/** Why a plan makes no sense on a board; undefined where it does. */
function reasonAgainst(plan: CutPlan, phase: TimedPhase, { bootloader, protections }: BoardFacts) {
  const { confirms, acceptable } = plan;
  // ESP-IDF boots a slot where it lies; all it writes then is the record of the trial.
  const recordless = bootloader.kind === 'esp-idf' && !protections.rollback;
  const inPlace = recordless || RUNS_IN_PLACE.has(bootloader.mode);
  if (phase === 'upgrade' && acceptable !== false && inPlace) {
    return { notApplicable: 'this board runs an update where it lies: nothing is written to install it' };
  }
  const needsTrial = phase === 'revert' || phase === 'confirm' || confirms === false;
  if (protections.rollback || !needsTrial) return {};
  return { notApplicable: 'this board declares that an update is final at once: there is no trial' };
}

/** One plan on one board: by operation where the rig counts them, by time where it cannot. */
export function scenarioOf(
  attack: string,
  plan: CutPlan,
  board: BoardFacts,
  context: ScenarioContext,
): Scenario<PowerLossInput> {
  const id = `power-loss/${attack}/${plan.name}`;
  const update = plan.cast(board, context);
  const seed = derivedSeed(context.seed, id);
  const acceptable = plan.acceptable ?? true;
  const swept = typeof plan.phase === 'string' ? plan.phase : plan.phase(board);
  const manner = board.countsOperations
    ? counted(plan.rolls, seed, context.cuts)
    : timed(board, seed, context.cuts);
  const phase = manner.kind === 'counted' ? swept : timedPhase(swept, acceptable);
  const confirms = plan.confirms ?? phase !== 'revert';
  const oddities = board.oddities ?? [];
  return {
    id,
    title: plan.title,
    input: { phase, update, acceptable, confirms, oddities, manner },
    stimulus: digestOf({ phase, update: update.digest, confirms, manner: { ...manner } }),
    control: `control/update/${mainPath(board)}`,
    needs: NEEDS[manner.kind],
    ...reasonAgainst(plan, phase, board),
  };
}
