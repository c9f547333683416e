import { assign, setup } from 'xstate';
import type { InputProtocol } from '#core/board.ts';
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
import { verbs, type FuzzCase, type FuzzResult } from '#core/verbs.ts';

/** A campaign: one class of malformed input for one interface. */
export interface FuzzedInput {
  readonly protocol: InputProtocol;
  /** What the cases have in common, for the report: `messages cut short at every byte`. */
  readonly of: string;
  readonly cases: readonly FuzzCase[];
  readonly seed: number;
}

interface Context extends FuzzedInput {
  readonly result: FuzzResult | null;
  readonly trouble: unknown;
}

/** How far up the ladder of liveness a campaign looks: what is above these rungs it does not see. */
const LADDER = 'L1: valid input is answered; L4: no boot on the console';

function expected({ cases, of }: Context): string {
  return `after each of ${cases.length} inputs (${of}) the board answers valid input and has not rebooted`;
}

function observedOf({ result }: Context): string {
  if (result === null) return 'nothing sent';
  const sent = `${result.sent} sent, ${result.answered} answered`;
  if (result.broken === null) return `${sent}; alive after each (${LADDER})`;
  const { index, name, what } = result.broken;
  const after = result.recovered === true ? 'a reset brought it back' : 'a reset did not bring it back';
  return `${sent}; after case ${index} (${name}): ${what}; ${after}`;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { result, cases, seed } = context;
  const sent = result?.sent ?? 0;
  return {
    verdict,
    rule,
    expected: expected(context),
    observed: observedOf(context),
    reached:
      sent === 0 ? null : `${sent} malformed inputs delivered, ${result?.answered ?? 0} of them answered`,
    coverage: {
      cases: sent,
      of: context.of,
      detail: {
        answered: result?.answered ?? 0,
        'to be refused': cases.filter(({ mustRefuse }) => mustRefuse !== undefined).length,
        'looked at after each': LADDER,
        seed,
      },
    },
  };
}

/** Sends malformed input and asks after each case whether the application still lives. */
export const fuzzedMachine = setup({
  types: { input: typed<FuzzedInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { fuzz: verbs.fuzz },
  guards: {
    boardAtFault,
    broken: (_, result: FuzzResult) => result.broken !== null,
    allSent: ({ context }, result: FuzzResult) => result.sent > 0 && result.sent === context.cases.length,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepResult: assign({ result: (_, result: FuzzResult) => result }),
  },
}).createMachine({
  id: 'fuzzed-wireless',
  initial: 'fuzzing',
  context: ({ input }) => ({ ...input, result: null, trouble: null }),
  output: finalOutcome,
  states: {
    fuzzing: {
      description: 'Sends each malformed input and, after it, valid input that must be answered.',
      invoke: {
        src: 'fuzz',
        input: ({ context }) => ({ protocol: context.protocol, cases: context.cases }),
        onDone: [
          when('broken', 'broken', 'keepResult'),
          when('allSent', 'survived', 'keepResult'),
          otherwise('incomplete', 'keepResult'),
        ],
        onError: onBoardTrouble,
      },
    },
    survived: {
      description: 'The board answered valid input after every case and never rebooted.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'malformed input must leave no trace'),
    },
    broken: {
      description: 'After one of the cases the board was silent, wrong, or had rebooted.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'malformed input took the board out of service'),
    },
    incomplete: {
      description: 'Not every case could be sent.',
      type: 'final',
      output: ({ context }) => judged(context, 'inconclusive', 'the campaign did not get to its end'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
