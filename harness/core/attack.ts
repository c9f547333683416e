import type { AnyStateMachine, InputFrom } from 'xstate';
import type { BoardFacts } from '#core/board.ts';
import type { CapabilityName } from '#core/capabilities.ts';
import type { Tear } from '#core/tear.ts';

/** One run of an attack's machine. */
export interface Scenario<I = unknown> {
  /** `<family>/<attack>/<variant>`, unique on a board. */
  readonly id: string;
  readonly title: string;
  readonly input: I;
  /** SHA-256 of the bytes the board is attacked with (canonical form of the input where there are none), hex. */
  readonly stimulus: string;
  /** Id of the control scenario that must have passed in the same run; null for controls themselves. */
  readonly control: string | null;
  /** Set when it makes no sense on this board; the machine is then not run and the reason is reported. */
  readonly notApplicable?: string;
  /**
   * Flaws out of the attack's `exposes` that this scenario must show by itself; none where the format allows what it
   * does. Left out: the scenarios of the attack show the attack's flaws together, one is enough.
   */
  readonly exposes?: readonly string[];
  /** Set where something in front of the missing check refuses the stimulus on this path, so that the flaw cannot show. */
  readonly hidden?: string;
  /** Name of the forgery that the stimulus is: `<attack>/<id>`. */
  readonly forgery?: string;
  /** Address that is attacked over the air; the bench must allow it, or nothing is started. */
  readonly target?: string;
  /** What it needs instead of what its attack does: how power is cut depends on what the rig can do. */
  readonly needs?: readonly CapabilityName[];
}

/** How thoroughly power is cut; where it is not said, each scenario takes what shows most in a few seconds. */
export interface CutEffort {
  /** Every way of tearing, rolled often, and a second cut in each recovery. */
  readonly exhaustive: boolean;
  /** Ways of tearing to try; null: as the scenario has it. */
  readonly tears: readonly Tear[] | null;
}

export interface ScenarioContext {
  readonly seed: number;
  readonly cuts?: CutEffort | undefined;
}

/** An attack: what it tries and why, the machine that does it, and the flaws it must expose. */
export interface Attack<M extends AnyStateMachine = AnyStateMachine> {
  /** `<family>/<name>`. */
  readonly id: string;
  readonly family: string;
  readonly title: string;
  /** Why somebody would do this, and what a sound board does: two or three sentences for the report. */
  readonly why: string;
  readonly needs: readonly CapabilityName[];
  readonly machine: M;
  /** Flaw ids, of any board. A flaw that a board does not know is not tried there. */
  readonly exposes: readonly string[];
  scenarios(board: BoardFacts, context: ScenarioContext): readonly Scenario<InputFrom<M>>[];
}

/** Checks an attack's types and gives it to the engine, which finds it by folder (`export const attacks`). */
export function defineAttack<M extends AnyStateMachine>(attack: Attack<M>): Attack {
  return attack;
}
