import type { Json } from '#core/canonical.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { explain, isAssayError } from '#core/errors.ts';
import { conclude, type Conclusion, type ControlResult } from '#core/outcome.ts';
import type { OpenRig } from '#core/rig.ts';
import type { Crew } from '#engine/crew.ts';
import { encodeValue } from '#engine/json-value.ts';
import { patience } from '#engine/patience.ts';
import type { PlanItem } from '#engine/plan.ts';
import { printable } from '#engine/printable.ts';
import type { Recorder } from '#engine/recorder.ts';
import { runMachine } from '#engine/run-machine.ts';

/**
 * Longest that a scenario may go without a step forward, on the wall clock: an update on real hardware, machine code on a
 * busy host, a simulation that hangs. A sweep takes as long as it has cuts to make.
 */
const PATIENCE_MS: Readonly<Record<OpenRig['kind'], number>> = {
  board: 4 * 60 * 60_000,
  machine: 30 * 60_000,
  virtual: 5 * 60_000,
};

export interface ScenarioSetup {
  readonly item: PlanItem;
  readonly flaws: readonly string[];
  /** `builtAs` of the board. */
  readonly built: string;
  readonly seed: number;
  readonly recorder: Recorder;
}

export interface ScenarioRun extends ScenarioSetup {
  readonly rig: OpenRig;
  readonly control: ControlResult | 'is-control';
  /** Cuts that the scenario's sweeps had made before an interruption, for each sweep in turn. */
  readonly priorCuts: readonly (readonly CutObservation[])[];
  /** Threads that may share in a sweep. */
  readonly crew: Crew | null;
  /** Ends the scenario; its reason is then what the record's `error` states. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Proves that the board is the one named in the bench; left out where a board cannot be another. */
  readonly prove?: (when: 'before' | 'after', signal: AbortSignal) => Promise<Json | null>;
  /** Overrides the patience for the rig's kind. */
  readonly patienceMs?: number;
}

function begin({ item, flaws, built, seed, recorder }: ScenarioSetup): number {
  const { attack, scenario } = item;
  recorder.add('start', {
    board: item.board,
    flaws,
    built,
    attack: attack.id,
    family: attack.family,
    scenario: scenario.id,
    title: scenario.title,
    stimulus: scenario.stimulus,
    seed,
    startedAt: new Date().toISOString(),
    input: item.skip === null ? encodeValue(scenario.input, (bytes) => recorder.putBytes(bytes)) : null,
  });
  return performance.now();
}

function end({ recorder }: ScenarioSetup, began: number, conclusion: Conclusion): Conclusion {
  const { coverage, findings, ...rest } = conclusion;
  recorder.end({
    ...rest,
    ...(coverage === undefined ? {} : { coverage: coverage as unknown as Json }),
    findings: (findings ?? []) as unknown as Json,
    wallMs: Math.round(performance.now() - began),
    rigMs: recorder.elapsed,
  });
  return conclusion;
}

const GUILTY = {
  caller: 'the scenario could not be started as asked',
  bench: 'trouble of the bench, which is never the board’s fault',
  internal: 'a defect of Assay',
} as const;

/** What a scenario that ended by an error may claim: nothing of the board. */
function fromError(error: unknown): Conclusion {
  const fault = isAssayError(error) ? error.fault : 'internal';
  const peer = fault === 'peer';
  return {
    verdict: peer ? 'inconclusive' : 'error',
    rule: peer ? 'the board broke its protocol where the scenario needs it whole' : GUILTY[fault],
    expected: (isAssayError(error) ? error.expected : undefined) ?? 'the scenario to run to its end',
    observed: printable(
      explain(error)
        .replaceAll(/\s*\n\s*/g, '; ')
        .replaceAll(/: +/g, ': '),
      1000,
    ),
    reached: null,
  };
}

/** Records a scenario that is not run, with its reason as the decision rule. */
export function skipScenario(setup: ScenarioSetup, reason: string): Conclusion {
  const nothing = { expected: 'not run', observed: 'not run', reached: null };
  return end(setup, begin(setup), { verdict: 'not-applicable', rule: reason, ...nothing });
}

/** Records a scenario that could not be begun. */
export function failToStart(setup: ScenarioSetup, error: unknown): Conclusion {
  return end(setup, begin(setup), fromError(error));
}

async function proven(
  { prove, recorder }: ScenarioRun,
  when: 'before' | 'after',
  signal: AbortSignal,
): Promise<void> {
  const proof = (await prove?.(when, signal)) ?? null;
  if (proof !== null) recorder.add('board', proof);
}

async function attempt(run: ScenarioRun): Promise<Conclusion> {
  const { rig, control, recorder, item } = run;
  if (control !== 'is-control') {
    recorder.add('control', { ...control });
    // Without a working control nothing can be claimed, so nothing is tried.
    const untried = {
      verdict: 'inconclusive',
      rule: '',
      expected: '',
      observed: 'not run',
      reached: null,
    } as const;
    if (control.verdict !== 'pass') return conclude(untried, control);
  }
  const limit = patience(run.patienceMs ?? PATIENCE_MS[rig.kind], () => recorder.entries.length);
  const signal = AbortSignal.any([run.signal, limit.signal]);
  const onProgress = (done: number, total: number) => {
    limit.heard();
    run.onProgress(done, total);
  };
  try {
    await rig.prepare({ signal });
    await proven(run, 'before', signal);
    rig.identity?.forget();
    const { machine } = item.attack;
    const needs = item.scenario.needs ?? item.attack.needs;
    const { input } = item.scenario;
    const outcome = await runMachine({ ...run, machine, needs, input, signal, onProgress });
    await proven(run, 'after', signal);
    return conclude(outcome, control);
  } catch (error) {
    return fromError(signal.aborted ? signal.reason : error);
  } finally {
    limit.clear();
  }
}

/** Runs one scenario from the golden state to its verdict; every outcome, trouble too, is a recorded conclusion. */
export async function runScenario(run: ScenarioRun): Promise<Conclusion> {
  const began = begin(run);
  return end(run, began, await attempt(run));
}
