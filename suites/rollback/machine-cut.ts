import { assign, setup } from 'xstate';
import type { BootSeen, CutReceipt, CutTrigger, Receipt, RunningImage } from '#core/capabilities.ts';
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
import {
  booted,
  describeBoots,
  describeCut,
  describeReceipt,
  describeRunning,
  runs,
  runsConfirmed,
} from '#core/sightings.ts';
import { verbs } from '#core/verbs.ts';
import type { TrialInput } from './trial.ts';

/** Power goes during the trial boot, or (`revert`) during the boot that gives the unconfirmed update up. */
export interface CutInput extends TrialInput {
  readonly cutIn: 'trial' | 'revert';
  readonly trigger: CutTrigger;
}

interface Interrupted {
  readonly cut: CutReceipt;
  readonly after: RunningImage;
}

interface Context extends CutInput {
  readonly receipt: Receipt | null;
  readonly trial: RunningImage | null;
  readonly interrupted: Interrupted | null;
  readonly after: RunningImage | null;
  readonly history: readonly BootSeen[];
  readonly trouble: unknown;
}

function expected(context: Context): string {
  const moment = context.cutIn === 'trial' ? 'its trial boot' : 'the return to the old image';
  return `a power cut in ${moment} leaves the old image running, confirmed, at the next boot and after`;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const known = [context.golden, context.update];
  const last = context.after ?? context.interrupted?.after ?? context.trial;
  const ran = booted(context.history, context.update);
  const cut = context.interrupted === null ? 'no cut' : describeCut(context.interrupted.cut);
  return {
    verdict,
    rule,
    expected: expected(context),
    observed: [
      `offer ${describeReceipt(context.receipt)}`,
      cut,
      last === null ? 'no restart' : describeRunning(last, known),
      describeBoots(context.history, known),
    ].join('; '),
    reached: ran && context.interrupted !== null ? `${context.update.name} ran on trial; ${cut}` : null,
  };
}

/** An update on trial loses power, in the trial itself or while it is being given up. */
export const cutMachine = setup({
  types: { input: typed<CutInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: {
    offerImage: verbs.offerImage,
    activate: verbs.activate,
    interrupt: verbs.interrupt,
    resetBoard: verbs.resetBoard,
    bootHistory: verbs.bootHistory,
  },
  guards: {
    boardAtFault,
    accepted: (_, receipt: Receipt) => receipt.accepted,
    acceptedAndCutInTrial: ({ context }, receipt: Receipt) => receipt.accepted && context.cutIn === 'trial',
    updateRuns: ({ context }, seen: RunningImage) => runs(seen, context.update),
    settledOnGolden: ({ context }, history: readonly BootSeen[]) =>
      booted(history, context.update) &&
      context.interrupted !== null &&
      runs(context.interrupted.after, context.golden) &&
      context.after !== null &&
      runsConfirmed(context.after, context.golden),
    neverBooted: ({ context }, history: readonly BootSeen[]) => !booted(history, context.update),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepTrial: assign({ trial: (_, seen: RunningImage) => seen }),
    keepInterrupted: assign({ interrupted: (_, interrupted: Interrupted) => interrupted }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
    keepHistory: assign({ history: (_, history: readonly BootSeen[]) => history }),
  },
}).createMachine({
  id: 'rollback-cut',
  initial: 'offering',
  context: ({ input }) => ({
    ...input,
    receipt: null,
    trial: null,
    interrupted: null,
    after: null,
    history: [],
    trouble: null,
  }),
  output: finalOutcome,
  states: {
    offering: {
      description: 'Offers a valid update for a trial boot.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.update, path: context.path, mode: 'test' }),
        onDone: [
          when('acceptedAndCutInTrial', 'cuttingTrial', 'keepReceipt'),
          when('accepted', 'starting', 'keepReceipt'),
          otherwise('neverRan', 'keepReceipt'),
        ],
        onError: onBoardTrouble,
      },
    },
    starting: {
      description: 'Restarts the board: the trial boot, left unconfirmed.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [when('updateRuns', 'cuttingRevert', 'keepTrial'), otherwise('neverRan', 'keepTrial')],
        onError: onBoardTrouble,
      },
    },
    cuttingTrial: {
      description: 'Restarts the board and cuts power shortly after the update announced itself.',
      invoke: {
        src: 'interrupt',
        input: ({ context }) => ({ during: 'activate', trigger: context.trigger }),
        onDone: otherwise('resetting', 'keepInterrupted'),
        onError: onBoardTrouble,
      },
    },
    cuttingRevert: {
      description: 'Resets the board and cuts power at one flash operation of the return to the old image.',
      invoke: {
        src: 'interrupt',
        input: ({ context }) => ({ during: 'reset', trigger: context.trigger }),
        onDone: otherwise('resetting', 'keepInterrupted'),
        onError: onBoardTrouble,
      },
    },
    resetting: {
      description: 'Resets once more: what runs after the cut must be final.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: otherwise('reviewing', 'keepAfter'),
        onError: onBoardTrouble,
      },
    },
    reviewing: {
      description: 'Reads from the console which applications announced themselves.',
      invoke: {
        src: 'bootHistory',
        input: {},
        onDone: [
          when('settledOnGolden', 'recovered', 'keepHistory'),
          when('neverBooted', 'neverRan', 'keepHistory'),
          otherwise('wrong', 'keepHistory'),
        ],
        onError: onBoardTrouble,
      },
    },
    recovered: {
      description: 'The old image runs, confirmed, and stays.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'pass', 'a power cut must not keep an unconfirmed update alive'),
    },
    wrong: {
      description: 'After the cut another image runs than the old one, or none.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'after the power cut the board did not settle on the old image'),
    },
    neverRan: {
      description: 'The update never ran, so no trial was cut.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'inconclusive', 'the update never ran, so nothing was on trial'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
