import { assign, setup } from 'xstate';
import type { Receipt, RunningImage } from '#core/capabilities.ts';
import type { Image } from '#core/image.ts';
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
import { describeReceipt, describeRunning, runs } from '#core/sightings.ts';
import { verbs } from '#core/verbs.ts';

/** What the control installs, and how. */
export interface InstallInput {
  readonly golden: Image;
  readonly update: Image;
  readonly path: string;
}

interface Context extends InstallInput {
  readonly receipt: Receipt | null;
  readonly trial: RunningImage | null;
  readonly trouble: unknown;
}

const EXPECTED = 'a valid newer image is taken and runs';

function unproven(context: Context, rule: string): Outcome {
  const known = [context.golden, context.update];
  const observed = context.trial ? describeRunning(context.trial, known) : describeReceipt(context.receipt);
  return { verdict: 'inconclusive', rule, expected: EXPECTED, observed, reached: null };
}

/** Positive control: a newer valid image is taken by an update path and runs. */
export const installMachine = setup({
  types: { input: typed<InstallInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { offerImage: verbs.offerImage, activate: verbs.activate },
  guards: {
    boardAtFault,
    accepted: (_, receipt: Receipt) => receipt.accepted,
    updateRuns: ({ context }, seen: RunningImage) => runs(seen, context.update),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepSeen: assign({ trial: (_, seen: RunningImage) => seen }),
  },
}).createMachine({
  id: 'control-install',
  initial: 'offering',
  context: ({ input }) => ({ ...input, receipt: null, trial: null, trouble: null }),
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
        onDone: [when('updateRuns', 'installed', 'keepSeen'), otherwise('notRunning', 'keepSeen')],
        onError: onBoardTrouble,
      },
    },
    installed: {
      description: 'The update runs: this bench can install images this way.',
      type: 'final',
      output: ({ context }) => ({
        ...unproven(context, 'a valid newer image offered this way must run after the restart'),
        verdict: 'pass',
        reached: `${context.update.name} answered after the restart`,
      }),
    },
    refused: {
      description: 'A valid image was not taken; nothing that depends on updates can be judged.',
      type: 'final',
      output: ({ context }) => unproven(context, 'the board refused a valid newer image'),
    },
    notRunning: {
      description: 'The valid image was taken but does not run.',
      type: 'final',
      output: ({ context }) =>
        unproven(context, 'the valid image was taken but did not run after the restart'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(EXPECTED, context.trouble),
    },
  },
});
