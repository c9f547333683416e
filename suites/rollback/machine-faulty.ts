import { assign, setup } from 'xstate';
import type { BootSeen, Receipt, RunningImage } from '#core/capabilities.ts';
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
import { booted, describeBoots, describeReceipt, describeRunning, runsConfirmed } from '#core/sightings.ts';
import { verbs } from '#core/verbs.ts';
import type { TrialInput } from './trial.ts';

/** An update that crashes or hangs once it was booted. */
export interface FaultyInput extends TrialInput {
  /** What is wrong with the update, for the report: `crashes at start`. */
  readonly fault: string;
  /** Rig time to leave the board alone, so that its own rescue can do its work. */
  readonly waitMs: number;
}

interface Context extends FaultyInput {
  readonly receipt: Receipt | null;
  readonly after: RunningImage | null;
  readonly history: readonly BootSeen[] | null;
  readonly trouble: unknown;
}

function expected(context: Context): string {
  return `an update that ${context.fault} is given up without help, and the old image runs, confirmed`;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const known = [context.golden, context.update];
  const ran = context.history !== null && booted(context.history, context.update);
  return {
    verdict,
    rule,
    expected: expected(context),
    observed: [
      `offer ${describeReceipt(context.receipt)}`,
      context.after === null ? 'no restart' : describeRunning(context.after, known),
      describeBoots(context.history ?? [], known),
    ].join('; '),
    reached: ran ? `${context.update.name} announced itself on the console and then failed` : null,
  };
}

/** An update that cannot run must be given up by the board alone: nobody is there to confirm or to reset. */
export const faultyMachine = setup({
  types: { input: typed<FaultyInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: {
    offerImage: verbs.offerImage,
    activate: verbs.activate,
    waitAndRead: verbs.waitAndRead,
    bootHistory: verbs.bootHistory,
  },
  guards: {
    boardAtFault,
    accepted: (_, receipt: Receipt) => receipt.accepted,
    rescued: ({ context }, history: readonly BootSeen[]) =>
      booted(history, context.update) &&
      context.after !== null &&
      runsConfirmed(context.after, context.golden),
    neverBooted: ({ context }, history: readonly BootSeen[]) => !booted(history, context.update),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
    keepHistory: assign({ history: (_, history: readonly BootSeen[]) => history }),
  },
}).createMachine({
  id: 'rollback-faulty',
  initial: 'offering',
  context: ({ input }) => ({ ...input, receipt: null, after: null, history: null, trouble: null }),
  output: finalOutcome,
  states: {
    offering: {
      description: 'Offers a validly signed update that cannot run.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.update, path: context.path, mode: 'test' }),
        onDone: [when('accepted', 'starting', 'keepReceipt'), otherwise('neverRan', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    starting: {
      description: 'Restarts the board: the trial boot of an image that fails.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: otherwise('waiting', 'keepAfter'),
        onError: onBoardTrouble,
      },
    },
    waiting: {
      description: 'Leaves the board alone long enough for its watchdog and boot loader.',
      invoke: {
        src: 'waitAndRead',
        input: ({ context }) => ({ ms: context.waitMs }),
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
          when('rescued', 'rescued', 'keepHistory'),
          when('neverBooted', 'neverRan', 'keepHistory'),
          otherwise('lost', 'keepHistory'),
        ],
        onError: onBoardTrouble,
      },
    },
    rescued: {
      description: 'The old image runs again without anybody having helped.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'a failing update must be given up without help'),
    },
    lost: {
      description: 'The failing update was not given up: the board is out of service.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'the old image did not come back by itself after the update failed'),
    },
    neverRan: {
      description: 'The failing update never ran, so nothing had to be rescued.',
      type: 'final',
      output: ({ context }) => judged(context, 'inconclusive', 'the failing update never ran'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
