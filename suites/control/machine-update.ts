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
import type { InstallInput } from './machine-install.ts';

interface Context extends InstallInput {
  readonly receipt: Receipt | null;
  readonly seen: RunningImage | null;
  readonly trouble: unknown;
}

const EXPECTED = 'a valid newer image is taken, runs, can be confirmed and is still there after a reset';

function control(context: Context, rule: string, reached: string | null = null): Outcome {
  const known = [context.golden, context.update];
  const running = context.seen === null ? '' : `; ${describeRunning(context.seen, known)}`;
  return {
    verdict: reached === null ? 'inconclusive' : 'pass',
    rule,
    expected: EXPECTED,
    observed: `${describeReceipt(context.receipt)}${running}`,
    reached,
  };
}

/** Positive control: a whole valid update, from the offer to the reset after its confirmation. */
export const updateMachine = setup({
  types: { input: typed<InstallInput>(), context: typed<Context>(), output: typed<Outcome>() },
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
    updateStayed: ({ context }, seen: RunningImage) => runsConfirmed(seen, context.update),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepSeen: assign({ seen: (_, seen: RunningImage) => seen }),
  },
}).createMachine({
  id: 'control-update',
  initial: 'offering',
  context: ({ input }) => ({ ...input, receipt: null, seen: null, trouble: null }),
  output: finalOutcome,
  states: {
    offering: {
      description: 'Offers a valid, newer image by the update path under test.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.update, path: context.path, mode: 'test' }),
        onDone: [when('accepted', 'starting', 'keepReceipt'), otherwise('refused', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    starting: {
      description: 'Restarts the board so that the update gets its trial boot.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [when('updateRuns', 'confirming', 'keepSeen'), otherwise('notRunning', 'keepSeen')],
        onError: onBoardTrouble,
      },
    },
    confirming: {
      description: 'Asks the running update to make itself permanent.',
      invoke: {
        src: 'confirmImage',
        input: {},
        onDone: [when('accepted', 'resetting', 'keepReceipt'), otherwise('refused', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    resetting: {
      description: 'Resets the board from outside: a confirmed update must survive it.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [when('updateStayed', 'installed', 'keepSeen'), otherwise('notKept', 'keepSeen')],
        onError: onBoardTrouble,
      },
    },
    installed: {
      description: 'The whole update works: this bench can judge attacks on it.',
      type: 'final',
      output: ({ context }) =>
        control(
          context,
          'a valid update must run and stay',
          `${context.update.name} ran and stayed after a reset`,
        ),
    },
    refused: {
      description: 'A valid image or its confirmation was refused; attacks on updates cannot be judged.',
      type: 'final',
      output: ({ context }) => control(context, 'the board refused a valid update or its confirmation'),
    },
    notRunning: {
      description: 'The valid image was taken but does not run.',
      type: 'final',
      output: ({ context }) =>
        control(context, 'the valid image was taken but did not run after the restart'),
    },
    notKept: {
      description: 'The confirmed update was gone after a reset.',
      type: 'final',
      output: ({ context }) => control(context, 'the confirmed update did not survive a reset'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(EXPECTED, context.trouble),
    },
  },
});
