import { assign, setup } from 'xstate';
import type { Phase } from '#core/cut-sweep.ts';
import type { Image } from '#core/image.ts';
import type { Tear } from '#core/tear.ts';
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
import { describeCutPlace, expectations, INVARIANTS, judgeSweep } from './invariants.ts';

/** A phase of an update's life, cut at every flash operation. */
export interface PowerLossInput {
  readonly phase: Phase;
  readonly update: Image;
  /** False where the update is one that the board must refuse. */
  readonly acceptable: boolean;
  /** Sweeps over the same operations: how torn ones end depends on the seed, so one is not enough. */
  readonly rounds: readonly Round[];
}

/** One sweep: which cuts at each operation, and the seed of the torn ones. */
export interface Round {
  readonly tears: readonly Tear[];
  readonly seed: number;
}

interface Context extends PowerLossInput {
  /** Sweeps done so far. */
  readonly done: readonly SweepOutput[];
  readonly trouble: unknown;
}

function expected(input: PowerLossInput): string {
  return `power cut at any flash operation of the ${input.phase}: ${expectations(input)}`;
}

function judgement({ phase, acceptable }: PowerLossInput, sweep: SweepOutput) {
  const { before, update } = sweep.summary;
  return judgeSweep(sweep.cuts, { phase, before, update, acceptable });
}

function coverageOf({ done, rounds }: Context): Coverage {
  const cuts = done.flatMap((sweep) => sweep.cuts);
  const detail = done[0]?.summary;
  return {
    cases: cuts.length,
    of: 'power cuts',
    detail: {
      operations: detail?.operations ?? 0,
      writes: detail?.writes ?? 0,
      erases: detail?.erases ?? 0,
      sweeps: done.length,
      'distinct end states': new Set(cuts.map((cut) => cut.state)).size,
      trace: detail?.traceDigest.slice(0, 16) ?? '',
      seeds: rounds.map(({ seed }) => seed).join(' '),
    },
  };
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { done } = context;
  const judgements = done.map((sweep) => judgement(context, sweep));
  const first = judgements.find((one) => one.first !== null)?.first ?? null;
  const broken = judgements.reduce((sum, one) => sum + one.broken, 0);
  const cuts = done.reduce((sum, sweep) => sum + sweep.cuts.length, 0);
  const total = `${cuts} cuts at ${done[0]?.summary.operations ?? 0} flash operations`;
  return {
    verdict,
    rule: first === null ? rule : `broken: ${INVARIANTS[first.invariant]}`,
    expected: expected(context),
    observed:
      first === null
        ? `${total}, all recovered`
        : `${broken} of ${total} broke a rule; the first: cut ${describeCutPlace(first.cut)}: ${first.what}`,
    reached: cuts === 0 ? null : `power was cut ${total.replace(' cuts', ' times')}`,
    coverage: coverageOf(context),
  };
}

/** Cuts power at every flash operation of a phase and holds each recovery against the same few rules. */
export const powerLossMachine = setup({
  types: { input: typed<PowerLossInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { sweepCuts: verbs.sweepCuts },
  guards: {
    boardAtFault,
    nothingCut: (_, sweep: SweepOutput) => sweep.cuts.length === 0,
    ruleBroken: ({ context }, sweep: SweepOutput) => judgement(context, sweep).first !== null,
    lastRound: ({ context }, sweep: SweepOutput) =>
      sweep.cuts.length > 0 && context.done.length + 1 >= context.rounds.length,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepSweep: assign({ done: ({ context }, sweep: SweepOutput) => [...context.done, sweep] }),
  },
}).createMachine({
  id: 'power-loss',
  initial: 'sweeping',
  context: ({ input }) => ({ ...input, done: [], trouble: null }),
  output: finalOutcome,
  states: {
    sweeping: {
      description:
        'Cuts power before, inside and after every flash operation of the phase, each time from the same start, and lets the board recover. Torn operations are tried with several seeds.',
      invoke: {
        src: 'sweepCuts',
        input: ({ context }) => ({
          phase: context.phase,
          image: context.update,
          ...(context.rounds[context.done.length] ?? { tears: [], seed: 0 }),
          ...(context.acceptable ? {} : { refused: context.update.identity }),
        }),
        onDone: [
          when('nothingCut', 'untouched', 'keepSweep'),
          when('ruleBroken', 'broken', 'keepSweep'),
          when('lastRound', 'recovered', 'keepSweep'),
          { ...otherwise('sweeping', 'keepSweep'), reenter: true },
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
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
