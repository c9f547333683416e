import { getInitialMicrosteps, getMicrosteps } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine, InputFrom, OutputFrom } from 'xstate';
import { BenchError, InternalError, PeerError } from '#core/errors.ts';
import type { Outcome } from '#core/outcome.ts';
import type { Verbs } from '#core/verbs.ts';

/** Outputs to try for each verb a machine invokes. */
export type Script = { readonly [V in keyof Verbs]?: readonly OutputFrom<Verbs[V]>[] };

/** One way through a machine. */
export interface WalkedPath {
  /** States entered, in order. */
  readonly states: readonly string[];
  /** What was fed: `activate #0` (index in the script), `activate peer error`, `activate bench error`, `after 500`. */
  readonly steps: readonly string[];
  readonly end: PathEnd;
}

/** How a path ended: with an outcome, or stopped by an error that the machine rightly did not handle. */
export type PathEnd =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'escaped'; readonly error: unknown };

export interface Walk {
  readonly paths: readonly WalkedPath[];
  /** States of the machine that no path entered. */
  readonly unreached: readonly string[];
}

interface Step {
  readonly label: string;
  readonly event: { readonly type: string; readonly output?: unknown; readonly error?: unknown };
}

/** A scenario machine needs fewer transitions than this on any path; more means that it does not end. */
const MAX_STEPS = 64;

const BOARD_TROUBLE = new PeerError({
  code: 'walked-peer-error',
  message: 'the board answered nonsense',
  remedy: 'none: this is the path walker',
});

const BENCH_TROUBLE = new BenchError({
  code: 'walked-bench-error',
  message: 'the probe is unplugged',
  remedy: 'none: this is the path walker',
});

/**
 * Every path of a flat scenario machine, by xstate's pure transition function: no actor runs. Each invoked verb gives
 * each scripted output, a PeerError and a BenchError in turn, and each delayed transition fires. Throws InternalError
 * where a path does not end, waits for nothing, or invokes a verb without a script.
 */
export function walk<M extends AnyStateMachine>(machine: M, input: InputFrom<M>, script: Script): Walk {
  const paths: WalkedPath[] = [];
  const open = [enter(getInitialMicrosteps(machine as AnyStateMachine, input), [], [])];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const { snapshot, states, steps } = here;
    const end = endOf(snapshot);
    if (end !== null) {
      paths.push({ states, steps, end });
      continue;
    }
    if (steps.length >= MAX_STEPS) throw endless(states);
    for (const { label, event } of stepsFrom(snapshot, script)) {
      const microsteps = getMicrosteps(machine as AnyStateMachine, snapshot, event as never);
      open.push(enter(microsteps, states, [...steps, label]));
    }
  }
  const entered = new Set(paths.flatMap((path) => path.states));
  return { paths, unreached: Object.keys(machine.root.states).filter((state) => !entered.has(state)) };
}

interface Place {
  readonly snapshot: AnyMachineSnapshot;
  readonly states: readonly string[];
  readonly steps: readonly string[];
}

/** Where a series of microsteps leads; states passed through without waiting count as entered. */
function enter(
  microsteps: readonly (readonly [snapshot: unknown, actions: unknown])[],
  before: readonly string[],
  steps: readonly string[],
): Place {
  const snapshots = microsteps.map(([snapshot]) => snapshot as AnyMachineSnapshot);
  const entered = snapshots.filter(({ status }) => status !== 'error').map(({ value }) => String(value));
  const fresh = entered.filter((state, index) => index === 0 || state !== entered[index - 1]);
  return { snapshot: snapshots.at(-1) as AnyMachineSnapshot, states: [...before, ...fresh], steps };
}

function endOf(snapshot: AnyMachineSnapshot): PathEnd | null {
  if (snapshot.status === 'done') return { kind: 'outcome', outcome: snapshot.output as Outcome };
  if (snapshot.status === 'error') return { kind: 'escaped', error: snapshot.error };
  return null;
}

function stepsFrom(snapshot: AnyMachineSnapshot, script: Script): Step[] {
  const steps: Step[] = [];
  for (const node of snapshot._nodes) {
    for (const { id, src } of node.invoke)
      steps.push(...verbSteps(id, typeof src === 'string' ? src : 'inline', script));
    for (const { delay, eventType } of node.after) {
      steps.push({ label: `after ${String(delay)}`, event: { type: eventType } });
    }
  }
  if (steps.length === 0) {
    throw new InternalError({
      code: 'machine-stuck',
      message: `state ${String(snapshot.value)} is not final and waits for nothing`,
      remedy: 'invoke a verb in it, give it a delayed transition, or make it final',
    });
  }
  return steps;
}

function verbSteps(id: string, verb: string, script: Script): Step[] {
  const outputs = script[verb as keyof Script];
  if (outputs === undefined || outputs.length === 0) {
    throw new InternalError({
      code: 'verb-unscripted',
      message: `the script has no outputs for verb ${verb}`,
      remedy: 'give the walker every output that matters for this verb',
    });
  }
  return [
    ...outputs.map((output, index) => ({
      label: `${verb} #${index}`,
      event: { type: `xstate.done.actor.${id}`, output },
    })),
    { label: `${verb} peer error`, event: { type: `xstate.error.actor.${id}`, error: BOARD_TROUBLE } },
    { label: `${verb} bench error`, event: { type: `xstate.error.actor.${id}`, error: BENCH_TROUBLE } },
  ];
}

function endless(states: readonly string[]): InternalError {
  return new InternalError({
    code: 'machine-endless',
    message: `a path did not end within ${MAX_STEPS} steps`,
    got: states.slice(-6).join(' > '),
    remedy: 'remove the cycle: scenario machines hold no retries',
  });
}
