import { assign, setup } from 'xstate';
import type { Receipt, RunningImage } from '#core/capabilities.ts';
import {
  boardAtFault,
  finalOutcome,
  noAnswer,
  onBoardTrouble,
  otherwise,
  typed,
  when,
} from '#core/scenario-machine.ts';
import { describeReceipt, describeRunning, runs, runsConfirmed } from '#core/sightings.ts';
import type { Outcome } from '#core/outcome.ts';
import { verbs } from '#core/verbs.ts';
import type { TrialInput } from './trial.ts';

/** A trial that ends unconfirmed: nobody asks, or the application's self-test refuses. */
export interface UnconfirmedInput extends TrialInput {
  readonly asksToConfirm: boolean;
}

interface Context extends UnconfirmedInput {
  readonly receipt: Receipt | null;
  readonly asked: Receipt | null;
  readonly trial: RunningImage | null;
  readonly after: RunningImage | null;
  readonly trouble: unknown;
}

const EXPECTED =
  'an update that is not confirmed is given up at the next reset, and the old image stays confirmed';

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const known = [context.golden, context.update];
  const last = context.after ?? context.trial;
  return {
    verdict,
    rule,
    expected: EXPECTED,
    observed: [
      `offer ${describeReceipt(context.receipt)}`,
      `confirmation ${describeReceipt(context.asked)}`,
      last === null ? 'no restart' : describeRunning(last, known),
    ].join('; '),
    reached:
      context.after === null ? null : `${context.update.name} ran unconfirmed, then the board was reset`,
  };
}

/** A trial image nobody confirms must be gone after a reset. */
export const unconfirmedMachine = setup({
  types: { input: typed<UnconfirmedInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: {
    offerImage: verbs.offerImage,
    activate: verbs.activate,
    confirmImage: verbs.confirmImage,
    resetBoard: verbs.resetBoard,
  },
  guards: {
    boardAtFault,
    accepted: (_, receipt: Receipt) => receipt.accepted,
    updateRuns: ({ context }, seen: RunningImage) => runs(seen, context.update),
    updateRunsAndAsks: ({ context }, seen: RunningImage) =>
      context.asksToConfirm && runs(seen, context.update),
    goldenRuns: ({ context }, seen: RunningImage) => runs(seen, context.golden),
    goldenConfirmed: ({ context }, seen: RunningImage) => runsConfirmed(seen, context.golden),
    dead: (_, seen: RunningImage) => !seen.running,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepAsked: assign({ asked: (_, receipt: Receipt) => receipt }),
    keepTrial: assign({ trial: (_, seen: RunningImage) => seen }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
  },
}).createMachine({
  id: 'rollback-unconfirmed',
  initial: 'offering',
  context: ({ input }) => ({ ...input, receipt: null, asked: null, trial: null, after: null, trouble: null }),
  output: finalOutcome,
  states: {
    offering: {
      description: 'Offers a valid update for a trial boot.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.update, path: context.path, mode: 'test' }),
        onDone: [when('accepted', 'starting', 'keepReceipt'), otherwise('neverRan', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    starting: {
      description: 'Restarts the board: the trial boot.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [
          when('updateRunsAndAsks', 'asking', 'keepTrial'),
          when('updateRuns', 'resetting', 'keepTrial'),
          otherwise('neverRan', 'keepTrial'),
        ],
        onError: onBoardTrouble,
      },
    },
    asking: {
      description: 'Asks an application whose self-test fails to confirm itself.',
      invoke: {
        src: 'confirmImage',
        input: {},
        onDone: otherwise('resetting', 'keepAsked'),
        onError: onBoardTrouble,
      },
    },
    resetting: {
      description: 'Resets the board with the update still on trial.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [
          when('goldenRuns', 'resettingAgain', 'keepAfter'),
          when('dead', 'bricked', 'keepAfter'),
          otherwise('stayed', 'keepAfter'),
        ],
        onError: onBoardTrouble,
      },
    },
    resettingAgain: {
      description: 'Resets once more: the return to the old image must be final.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [when('goldenConfirmed', 'reverted', 'keepAfter'), otherwise('unsettled', 'keepAfter')],
        onError: onBoardTrouble,
      },
    },
    reverted: {
      description: 'The old image runs again, confirmed, and stays.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'an unconfirmed update must not survive a reset'),
    },
    stayed: {
      description: 'The update still runs although nobody confirmed it.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'the update survived a reset although it was never confirmed'),
    },
    bricked: {
      description: 'No application answers after the reset.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'after the reset no image ran at all'),
    },
    unsettled: {
      description: 'The old image came back but did not stay, or is not confirmed.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'the return to the old image was not final'),
    },
    neverRan: {
      description: 'The update never ran, so there was no trial to end.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'inconclusive', 'the update never ran, so nothing was on trial'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(EXPECTED, context.trouble),
    },
  },
});
