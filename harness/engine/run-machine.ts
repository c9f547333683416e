import { createActor, type AnyActorRef, type AnyStateMachine, type InspectionEvent } from 'xstate';
import type { CapabilityName } from '#core/capabilities.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { InternalError } from '#core/errors.ts';
import { machineGraph, shortEvent } from '#core/graph.ts';
import type { Outcome } from '#core/outcome.ts';
import type { OpenRig } from '#core/rig.ts';
import { bindVerbs } from '#engine/bind.ts';
import type { Crew } from '#engine/crew.ts';
import type { Recorder } from '#engine/recorder.ts';

/** How long a rig is given to let go of a verb that was stopped, on the wall clock. */
const LET_GO_MS = 3000;

const VERDICTS: ReadonlySet<unknown> = new Set(['pass', 'fail', 'inconclusive', 'not-applicable']);

export interface MachineRun {
  readonly machine: AnyStateMachine;
  readonly input: unknown;
  readonly rig: OpenRig;
  readonly needs: readonly CapabilityName[];
  readonly recorder: Recorder;
  /** Weaknesses that the board was built with. */
  readonly flaws: readonly string[];
  readonly crew: Crew | null;
  /** As in `ScenarioRun`. */
  readonly priorCuts: readonly (readonly CutObservation[])[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'verdict' in value && VERDICTS.has(value.verdict);
}

/** Each step of the machine becomes evidence; the invoked verbs are promises and take no steps. */
function recordStep(event: InspectionEvent, recorder: Recorder): void {
  if (event.type !== '@xstate.microstep') return;
  for (const { source, target, eventType } of event._transitions) {
    const to = target?.[0]?.key;
    if (to !== undefined) recorder.add('transition', { from: source.key, to, event: shortEvent(eventType) });
  }
}

/** Starts the machine; resolves to its outcome, rejects with what stopped it. */
function outcomeOf(actor: AnyActorRef, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const stopped = () => reject(signal.reason as Error);
    if (signal.aborted) stopped();
    signal.addEventListener('abort', stopped, { once: true });
    actor.subscribe({
      error: reject,
      complete() {
        const { output } = actor.getSnapshot() as { readonly output: unknown };
        if (isOutcome(output)) resolve(output);
        else reject(noOutcome(output));
      },
    });
    actor.start();
  });
}

function noOutcome(output: unknown): InternalError {
  return new InternalError({
    code: 'machine-output',
    message: 'the machine ended without an outcome',
    expected: 'a final state whose output is an Outcome',
    got: typeof output,
    remedy: 'give every final state an output, and the machine `output: finalOutcome`',
  });
}

async function letGo(work: ReadonlySet<Promise<unknown>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, LET_GO_MS);
  });
  await Promise.race([Promise.allSettled(work), patience]);
  clearTimeout(timer);
}

/**
 * Runs a scenario machine on a rig to its outcome. Rejects with the first trouble that is not the board's, with the
 * board's where the machine does not handle it, and with the signal's reason. Nothing runs on the rig afterwards.
 */
export async function runMachine(run: MachineRun): Promise<Outcome> {
  const { rig, recorder } = run;
  const halt = new AbortController();
  const signal = AbortSignal.any([run.signal, halt.signal]);
  const work = new Set<Promise<unknown>>();
  const actors = bindVerbs({
    ...run,
    signal,
    onTrouble: (error) => halt.abort(error),
    track: (verb) => {
      const done = verb.catch(() => undefined).finally(() => work.delete(done));
      work.add(done);
    },
  });
  const actor = createActor(run.machine.provide({ actors }), {
    input: run.input,
    clock: rig.clock,
    inspect: (event) => recordStep(event, recorder),
  });
  recorder.add('transition', { to: machineGraph(run.machine).initial });
  try {
    return await outcomeOf(actor, signal);
  } finally {
    actor.stop();
    halt.abort(new Error('the scenario is over'));
    await letGo(work);
  }
}
