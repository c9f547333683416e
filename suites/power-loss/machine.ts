import { assign, setup } from 'xstate';
import type { Phase, Tear } from '#core/capabilities.ts';
import type { Image } from '#core/image.ts';
import type { Coverage, Outcome } from '#core/outcome.ts';
import {
  boardAtFault,
  finalOutcome,
  noAnswer,
  onBoardTrouble,
  otherwise,
  typed,
  when,
} from '#core/scenario-machine.ts';
import { verbs, type SweepOutput } from '#core/verbs.ts';
import { describeCutPlace, INVARIANTS, judgeSweep, type SweepRules } from './invariants.ts';

/** A phase of an update's life, cut at every flash operation. */
export interface PowerLossInput {
  readonly phase: Phase;
  readonly update: Image;
  /** False where the update is one that the board must refuse. */
  readonly acceptable: boolean;
  readonly tears: readonly Tear[];
  readonly seed: number;
}

interface Context extends PowerLossInput {
  readonly sweep: SweepOutput | null;
  readonly trouble: unknown;
}

function rulesOf({ phase, acceptable }: Context, { summary }: SweepOutput): SweepRules {
  return { phase, before: summary.before, update: summary.update, acceptable };
}

function expected({ phase }: Context): string {
  return `power cut at any flash operation of the ${phase}: ${Object.values(INVARIANTS).join('; ')}`;
}

function coverageOf({ summary, cuts }: SweepOutput, seed: number): Coverage {
  return {
    cases: cuts.length,
    of: 'power cuts',
    detail: {
      operations: summary.operations,
      writes: summary.writes,
      erases: summary.erases,
      'distinct end states': new Set(cuts.map((cut) => cut.state)).size,
      trace: summary.traceDigest.slice(0, 16),
      seed,
    },
  };
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { sweep } = context;
  if (sweep === null)
    return { verdict, rule, expected: expected(context), observed: 'no sweep', reached: null };
  const { first, broken } = judgeSweep(sweep.cuts, rulesOf(context, sweep));
  const total = `${sweep.cuts.length} cuts at ${sweep.summary.operations} flash operations`;
  return {
    verdict,
    rule,
    expected: expected(context),
    observed:
      first === null
        ? `${total}, all recovered`
        : `${broken} of ${total} broke a rule; the first: cut ${describeCutPlace(first.cut)}: ${first.what}`,
    reached: sweep.cuts.length === 0 ? null : `power was cut ${total.replace(' cuts', ' times')}`,
    coverage: coverageOf(sweep, context.seed),
  };
}

function ruleBroken(context: Context): string {
  const first =
    context.sweep === null ? null : judgeSweep(context.sweep.cuts, rulesOf(context, context.sweep)).first;
  return first === null ? 'a recovery rule was broken' : `broken: ${INVARIANTS[first.invariant]}`;
}

/** Cuts power at every flash operation of a phase and holds each recovery against the same few rules. */
export const powerLossMachine = setup({
  types: { input: typed<PowerLossInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { sweepCuts: verbs.sweepCuts },
  guards: {
    boardAtFault,
    nothingCut: (_, sweep: SweepOutput) => sweep.cuts.length === 0,
    allRecovered: ({ context }, sweep: SweepOutput) =>
      judgeSweep(sweep.cuts, rulesOf(context, sweep)).first === null,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepSweep: assign({ sweep: (_, sweep: SweepOutput) => sweep }),
  },
}).createMachine({
  id: 'power-loss',
  initial: 'sweeping',
  context: ({ input }) => ({ ...input, sweep: null, trouble: null }),
  output: finalOutcome,
  states: {
    sweeping: {
      description:
        'Cuts power before, inside and after every flash operation of the phase, each time from the same start, and lets the board recover.',
      invoke: {
        src: 'sweepCuts',
        input: ({ context }) => ({
          phase: context.phase,
          image: context.update,
          tears: context.tears,
          seed: context.seed,
        }),
        onDone: [
          when('nothingCut', 'untouched', 'keepSweep'),
          when('allRecovered', 'recovered', 'keepSweep'),
          otherwise('broken', 'keepSweep'),
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
      output: ({ context }) => judged(context, 'fail', ruleBroken(context)),
    },
    untouched: {
      description: 'The phase touched no flash, so there was nothing to cut.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'inconclusive', 'the phase touched no flash, so nothing was cut'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
