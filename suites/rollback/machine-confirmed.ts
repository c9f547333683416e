import { assign, setup } from 'xstate';
import type { Receipt, RunningImage } from '#core/capabilities.ts';
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
import { describeReceipt, describeRunning, runs, runsConfirmed } from '#core/sightings.ts';
import { verbs } from '#core/verbs.ts';
import type { TrialInput } from './trial.ts';

interface Context extends TrialInput {
  readonly receipt: Receipt | null;
  readonly confirmation: Receipt | null;
  readonly after: RunningImage | null;
  readonly trouble: unknown;
}

const EXPECTED = 'a confirmed update still runs, confirmed, after two resets';

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  return {
    verdict,
    rule,
    expected: EXPECTED,
    observed: [
      `offer ${describeReceipt(context.receipt)}`,
      `confirmation ${describeReceipt(context.confirmation)}`,
      context.after === null
        ? 'no restart'
        : describeRunning(context.after, [context.golden, context.update]),
    ].join('; '),
    reached: context.confirmation?.accepted === true ? 'the running update took its confirmation' : null,
  };
}

/** A confirmation that is not stored silently undoes an update at the next power cut. */
export const confirmedMachine = setup({
  types: { input: typed<TrialInput>(), context: typed<Context>(), output: typed<Outcome>() },
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
    updateConfirmed: ({ context }, seen: RunningImage) => runsConfirmed(seen, context.update),
    dead: (_, seen: RunningImage) => !seen.running,
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepConfirmation: assign({ confirmation: (_, receipt: Receipt) => receipt }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
  },
}).createMachine({
  id: 'rollback-confirmed',
  initial: 'offering',
  context: ({ input }) => ({ ...input, receipt: null, confirmation: null, after: null, trouble: null }),
  output: finalOutcome,
  states: {
    offering: {
      description: 'Offers a valid update for a trial boot.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.update, path: context.path, mode: 'test' }),
        onDone: [when('accepted', 'starting', 'keepReceipt'), otherwise('neverConfirmed', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    starting: {
      description: 'Restarts the board: the trial boot.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [when('updateRuns', 'confirming', 'keepAfter'), otherwise('neverConfirmed', 'keepAfter')],
        onError: onBoardTrouble,
      },
    },
    confirming: {
      description: 'Asks the running update to make itself permanent.',
      invoke: {
        src: 'confirmImage',
        input: {},
        onDone: [
          when('accepted', 'resetting', 'keepConfirmation'),
          otherwise('neverConfirmed', 'keepConfirmation'),
        ],
        onError: onBoardTrouble,
      },
    },
    resetting: {
      description: 'Resets the board: the confirmation must have been stored.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [
          when('updateConfirmed', 'resettingAgain', 'keepAfter'),
          when('dead', 'bricked', 'keepAfter'),
          otherwise('undone', 'keepAfter'),
        ],
        onError: onBoardTrouble,
      },
    },
    resettingAgain: {
      description: 'Resets once more: some boot loaders undo an update one boot late.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [
          when('updateConfirmed', 'kept', 'keepAfter'),
          when('dead', 'bricked', 'keepAfter'),
          otherwise('undone', 'keepAfter'),
        ],
        onError: onBoardTrouble,
      },
    },
    kept: {
      description: 'The confirmed update stayed.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'a confirmed update must stay'),
    },
    undone: {
      description: 'The board took the confirmation and forgot it.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'the update was confirmed but did not stay confirmed'),
    },
    bricked: {
      description: 'No application answers after the reset.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'after the reset no image ran at all'),
    },
    neverConfirmed: {
      description: 'The update was never confirmed, so nothing had to stay.',
      type: 'final',
      output: ({ context }) => judged(context, 'inconclusive', 'the update could not be confirmed'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(EXPECTED, context.trouble),
    },
  },
});
