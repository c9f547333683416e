import { assign, setup } from 'xstate';
import type { InputProtocol } from '#core/board.ts';
import type { Liveness } from '#core/capabilities.ts';
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
import { verbs } from '#core/verbs.ts';

/** Which interface gets valid input, and how often. */
export interface ValidInput {
  readonly protocol: InputProtocol;
  readonly rounds: number;
}

interface Context extends ValidInput {
  /** Valid inputs answered so far. */
  readonly answered: number;
  /** Boots seen at the first answer: more of them later is a silent reboot. */
  readonly boots: number | null;
  readonly last: Liveness | null;
  readonly trouble: unknown;
}

function expected(context: Context): string {
  return `${context.rounds} valid ${context.protocol} inputs in a row are answered without a reboot`;
}

function control(context: Context, rule: string, reached: string | null = null): Outcome {
  return {
    verdict: reached === null ? 'inconclusive' : 'pass',
    rule,
    expected: expected(context),
    observed: `${context.answered} answered; last: ${context.last?.how ?? 'nothing'}; boots seen: ${context.last?.boots ?? 0}`,
    reached,
    coverage: { cases: context.answered, of: 'valid inputs' },
  };
}

/** Positive control of a fuzz campaign: valid input, sent as often and as fast as the malformed input will be. */
export const inputMachine = setup({
  types: { input: typed<ValidInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { readLiveness: verbs.readLiveness },
  guards: {
    boardAtFault,
    silent: (_, seen: Liveness) => !seen.alive,
    rebooted: ({ context }, seen: Liveness) => context.boots !== null && seen.boots > context.boots,
    lastRound: ({ context }, seen: Liveness) => seen.alive && context.answered + 1 >= context.rounds,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepLast: assign({ last: (_, seen: Liveness) => seen }),
    count: assign({
      answered: ({ context }) => context.answered + 1,
      boots: ({ context }, seen: Liveness) => context.boots ?? seen.boots,
      last: (_, seen: Liveness) => seen,
    }),
  },
}).createMachine({
  id: 'control-input',
  initial: 'asking',
  context: ({ input }) => ({ ...input, answered: 0, boots: null, last: null, trouble: null }),
  output: finalOutcome,
  states: {
    asking: {
      description: 'Sends one valid input and waits for the application to answer it.',
      invoke: {
        src: 'readLiveness',
        input: ({ context }) => ({ protocol: context.protocol }),
        onDone: [
          when('silent', 'deaf', 'keepLast'),
          when('rebooted', 'unstable', 'keepLast'),
          when('lastRound', 'steady', 'count'),
          { ...otherwise('asking', 'count'), reenter: true },
        ],
        onError: onBoardTrouble,
      },
    },
    steady: {
      description: 'Every valid input was answered and the board never rebooted.',
      type: 'final',
      output: ({ context }) =>
        control(
          context,
          'valid input must be answered, every time',
          `${context.answered} valid inputs answered`,
        ),
    },
    deaf: {
      description: 'Valid input got no answer: silence after malformed input would prove nothing.',
      type: 'final',
      output: ({ context }) => control(context, 'the board did not answer valid input'),
    },
    unstable: {
      description:
        'The board rebooted under valid input: a reboot after malformed input would prove nothing.',
      type: 'final',
      output: ({ context }) => control(context, 'the board rebooted under valid input'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
