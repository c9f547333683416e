import { assign, setup } from 'xstate';
import type { CutObservation } from '#core/cut-sweep.ts';
import type { Outcome } from '#core/outcome.ts';
import {
  boardAtFault,
  finalOutcome,
  noAnswer,
  onBoardTrouble,
  otherwise,
  typed,
  when,
} from '#core/scenario-machine.ts';
import type { Calibration, TimedCut } from '#core/timed-cuts.ts';
import { verbs, type MinimiseOutput, type SweepInput, type SweepOutput } from '#core/verbs.ts';
import { nextBatch, timedFault, timedSetting } from './by-time.ts';
import type { Context, PowerLossInput } from './input.ts';
import { expectations } from './invariants.ts';
import { faultOf, sweepOutcome, sweepJudgement, timedOutcome, timedJudgement } from './outcome.ts';

function expected(input: PowerLossInput): string {
  const where = input.manner.kind === 'counted' ? 'at any flash operation' : 'at any moment';
  return `power cut ${where} of the ${input.phase}: ${expectations(input)}`;
}

function sweepInput(context: Context) {
  const { phase, update, acceptable, confirms, manner } = context;
  const { kind: _kind, ...plan } = manner.kind === 'counted' ? manner : { kind: '', tears: [], seed: 0 };
  const refused = acceptable ? {} : { refused: update.identity };
  const judge: SweepInput['judge'] = (cut, sides) => faultOf(context, cut, sides);
  return { phase, image: update, confirms, judge, ...plan, ...refused };
}

function minimiseInput(context: Context) {
  const { phase, update, confirms, acceptable, sweep } = context;
  const refused = acceptable ? {} : { refused: update.identity };
  const { failures } = sweepJudgement(context, sweep);
  const invariant = failures[0]?.invariant;
  return {
    phase,
    image: update,
    confirms,
    ...refused,
    found: failures.filter((failure) => failure.invariant === invariant).map(({ cut }) => cut),
    breaks: (cut: CutObservation) =>
      sweepJudgement(context, sweep, [cut]).failures.some((failure) => failure.invariant === invariant),
  };
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { sweep, calibration } = context;
  const end = { verdict, rule, expected: expected(context) };
  if (sweep !== null) return sweepOutcome(context, sweep, end);
  return timedOutcome(context, calibration, end);
}

/** Cuts power all over a phase and holds each recovery against the same few rules. */
export const powerLossMachine = setup({
  types: { input: typed<PowerLossInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: {
    sweepCuts: verbs.sweepCuts,
    minimiseCuts: verbs.minimiseCuts,
    calibrateCuts: verbs.calibrateCuts,
    timedCuts: verbs.timedCuts,
  },
  guards: {
    boardAtFault,
    canCount: ({ context }) => context.manner.kind === 'counted',
    nothingCut: (_, sweep: SweepOutput) => sweep.cuts.length === 0,
    sweepBroken: ({ context }, sweep: SweepOutput) => sweepJudgement(context, sweep).failures.length > 0,
    endsAsItMust: (_, calibration: Calibration) => calibration.sound && calibration.ms > 0,
    changesLeft: ({ context }, cuts: readonly TimedCut[]) => nextBatch(context, cuts).atMs.length > 0,
    timedBroken: ({ context }, cuts: readonly TimedCut[]) =>
      timedJudgement({ ...context, cuts: [...context.cuts, ...cuts] }).failures.length > 0,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepSweep: assign({ sweep: (_, sweep: SweepOutput) => sweep }),
    keepShortest: assign({ shortest: (_, shortest: MinimiseOutput) => shortest }),
    keepCalibration: assign({ calibration: (_, calibration: Calibration) => calibration }),
    keepCuts: assign({ cuts: ({ context }, cuts: readonly TimedCut[]) => [...context.cuts, ...cuts] }),
  },
}).createMachine({
  id: 'power-loss',
  initial: 'choosing',
  context: ({ input }) => ({
    ...input,
    sweep: null,
    shortest: null,
    calibration: null,
    cuts: [],
    trouble: null,
  }),
  output: finalOutcome,
  states: {
    choosing: {
      description: 'Goes by flash operations where the rig can count them, and by time where it cannot.',
      always: [{ guard: 'canCount', target: 'sweeping' }, { target: 'calibrating' }],
    },
    sweeping: {
      description:
        'Cuts power before, inside and after every flash operation of the phase, each time from the same start and in every way that the flash can tear, and lets the board recover.',
      invoke: {
        src: 'sweepCuts',
        input: ({ context }) => sweepInput(context),
        onDone: [
          when('nothingCut', 'untouched', 'keepSweep'),
          when('sweepBroken', 'minimising', 'keepSweep'),
          otherwise('recovered', 'keepSweep'),
        ],
        onError: onBoardTrouble,
      },
    },
    minimising: {
      description:
        'Looks for the shortest sequence of cuts that breaks the board in the same way, and repeats it byte for byte.',
      invoke: {
        src: 'minimiseCuts',
        input: ({ context }) => minimiseInput(context),
        onDone: otherwise('broken', 'keepShortest'),
        onError: onBoardTrouble,
      },
    },
    calibrating: {
      description:
        'Lets the phase go by once without a cut and measures it by what the board says of itself.',
      invoke: {
        src: 'calibrateCuts',
        input: ({ context }) => timedSetting(context),
        onDone: [
          when('endsAsItMust', 'cutting', 'keepCalibration'),
          otherwise('uncalibrated', 'keepCalibration'),
        ],
        onError: onBoardTrouble,
      },
    },
    cutting: {
      description:
        'Cuts power at moments spread over the phase, then halfway between neighbouring moments with different outcomes, each time from the golden state, and lets the board recover.',
      invoke: {
        src: 'timedCuts',
        input: ({ context }) => ({
          ...timedSetting(context),
          ...nextBatch(context, []),
          judge: (cut: TimedCut) => timedFault(context, cut),
        }),
        onDone: [
          { ...when('changesLeft', 'cutting', 'keepCuts'), reenter: true },
          when('timedBroken', 'broken', 'keepCuts'),
          otherwise('recovered', 'keepCuts'),
        ],
        onError: onBoardTrouble,
      },
    },
    recovered: {
      description: 'After every single cut the board came back as it must.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'every cut must be survived'),
    },
    broken: {
      description: 'At least one cut left the board in a state it must never be in.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'a recovery rule was broken'),
    },
    untouched: {
      description: 'The phase touched no flash, so there was nothing to cut.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'inconclusive', 'the phase touched no flash, so nothing was cut'),
    },
    uncalibrated: {
      description: 'Without a cut the phase did not end as it must, so there was nothing to compare with.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'inconclusive', 'the phase does not end as it must even without a cut'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
