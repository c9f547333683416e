import { assign, setup } from 'xstate';
import type { BootSeen, Receipt, RunningImage } from '#core/capabilities.ts';
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
import {
  booted,
  describeBoots,
  describeReceipt,
  describeRunning,
  howReached,
  runs,
  runsConfirmed,
} from '#core/sightings.ts';
import { verbs, type AreaReading } from '#core/verbs.ts';

/** An image that is older in some respect, offered to a board where something newer runs. */
export interface DowngradeInput {
  readonly golden: Image;
  /** Installed and confirmed first, where golden itself is not new enough for the attack; else null. */
  readonly climb: Image | null;
  /** The older image; validly signed. */
  readonly older: Image;
  readonly path: string;
  /** Flash area that the update path writes to when `older` is offered. */
  readonly area: string;
  /** What the board declares: `runs` where such an image may be installed. */
  readonly expect: 'refused' | 'runs';
  /** The same for a reader: `an image with a lower security counter is refused`. */
  readonly claim: string;
}

interface Context extends DowngradeInput {
  readonly before: RunningImage | null;
  readonly climbed: RunningImage | null;
  readonly receipt: Receipt | null;
  readonly reading: AreaReading | null;
  readonly after: RunningImage | null;
  /** Null: not asked. */
  readonly history: readonly BootSeen[] | null;
  readonly trouble: unknown;
}

function residentOf(context: Context): Image {
  return context.climb ?? context.golden;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { after, history, receipt } = context;
  const known = [context.golden, residentOf(context), context.older];
  const last = after ?? context.climbed ?? context.before;
  const observed = [`offer ${describeReceipt(receipt)}`];
  if (last !== null) observed.push(describeRunning(last, known));
  if (history !== null) observed.push(describeBoots(history, known));
  return {
    verdict,
    rule,
    expected: context.claim,
    observed: observed.join('; '),
    reached: after === null ? null : howReached(receipt, context.reading),
  };
}

/** Offers an older image and sees whether the board goes back. */
export const downgradeMachine = setup({
  types: { input: typed<DowngradeInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: {
    readIdentity: verbs.readIdentity,
    offerImage: verbs.offerImage,
    activate: verbs.activate,
    confirmImage: verbs.confirmImage,
    resetBoard: verbs.resetBoard,
    readArea: verbs.readArea,
    bootHistory: verbs.bootHistory,
  },
  guards: {
    boardAtFault,
    mustClimb: ({ context }, seen: RunningImage) => context.climb !== null && runs(seen, context.golden),
    goldenRuns: ({ context }, seen: RunningImage) => runs(seen, context.golden),
    accepted: (_, receipt: Receipt) => receipt.accepted,
    climbRuns: ({ context }, seen: RunningImage) => context.climb !== null && runs(seen, context.climb),
    climbStayed: ({ context }, seen: RunningImage) =>
      context.climb !== null && runsConfirmed(seen, context.climb),
    residentRuns: ({ context }, seen: RunningImage) => runsConfirmed(seen, residentOf(context)),
    olderRunsAsDeclared: ({ context }, seen: RunningImage) =>
      context.expect === 'runs' && runs(seen, context.older),
    olderRuns: ({ context }, seen: RunningImage) => runs(seen, context.older),
    olderBooted: ({ context }, history: readonly BootSeen[]) =>
      history.length > 0 && booted(history, context.older),
    stricterThanDeclared: ({ context }, history: readonly BootSeen[]) =>
      context.expect === 'runs' && !booted(history, context.older),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepBefore: assign({ before: (_, seen: RunningImage) => seen }),
    keepClimbed: assign({ climbed: (_, seen: RunningImage) => seen }),
    keepReading: assign({ reading: (_, reading: AreaReading) => reading }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
    keepHistory: assign({ history: (_, history: readonly BootSeen[]) => history }),
  },
}).createMachine({
  id: 'downgrade',
  initial: 'looking',
  context: ({ input }) => ({
    ...input,
    before: null,
    climbed: null,
    receipt: null,
    reading: null,
    after: null,
    history: null,
    trouble: null,
  }),
  output: finalOutcome,
  states: {
    looking: {
      description: 'Reads what runs before the attack. Some attacks need a newer image in place first.',
      invoke: {
        src: 'readIdentity',
        input: {},
        onDone: [
          when('mustClimb', 'climbing', 'keepBefore'),
          when('goldenRuns', 'offering', 'keepBefore'),
          otherwise('notClimbed', 'keepBefore'),
        ],
        onError: onBoardTrouble,
      },
    },
    climbing: {
      description: 'Offers the newer image that the attack will try to go back from.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: residentOf(context), path: context.path, mode: 'test' }),
        onDone: [when('accepted', 'startingClimb', 'keepReceipt'), otherwise('notClimbed', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    startingClimb: {
      description: 'Restarts the board into the newer image.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [when('climbRuns', 'confirmingClimb', 'keepClimbed'), otherwise('notClimbed', 'keepClimbed')],
        onError: onBoardTrouble,
      },
    },
    confirmingClimb: {
      description: 'Confirms the newer image: from here on the way back is closed.',
      invoke: {
        src: 'confirmImage',
        input: {},
        onDone: [when('accepted', 'settlingClimb', 'keepReceipt'), otherwise('notClimbed', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    settlingClimb: {
      description: 'Resets once: boot loaders advance their counters at the boot after the confirmation.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [when('climbStayed', 'offering', 'keepClimbed'), otherwise('notClimbed', 'keepClimbed')],
        onError: onBoardTrouble,
      },
    },
    offering: {
      description: 'Offers the older image, validly signed.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.older, path: context.path, mode: 'test' }),
        onDone: [when('accepted', 'inspecting', 'keepReceipt'), otherwise('restarting', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    inspecting: {
      description:
        'Reads the update area: the older image must really lie there for the boot loader to judge.',
      invoke: {
        src: 'readArea',
        input: ({ context }) => ({ area: context.area, image: context.older }),
        onDone: otherwise('restarting', 'keepReading'),
        onError: onBoardTrouble,
      },
    },
    restarting: {
      description: 'Restarts the board, as an update would.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [
          when('olderRunsAsDeclared', 'taken', 'keepAfter'),
          when('olderRuns', 'wentBack', 'keepAfter'),
          when('residentRuns', 'reviewing', 'keepAfter'),
          otherwise('outOfOrder', 'keepAfter'),
        ],
        onError: onBoardTrouble,
      },
    },
    reviewing: {
      description: 'Reads from the console whether the older image ran in between.',
      invoke: {
        src: 'bootHistory',
        input: {},
        onDone: [
          when('olderBooted', 'wentBack', 'keepHistory'),
          when('stricterThanDeclared', 'stricter', 'keepHistory'),
          otherwise('held', 'keepHistory'),
        ],
        onError: onBoardTrouble,
      },
    },
    held: {
      description: 'The older image never ran; what ran before still does, confirmed.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'an older image must never run'),
    },
    taken: {
      description: 'The image runs, which this board declares to allow.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'the board takes such an image, as it declares'),
    },
    wentBack: {
      description: 'The older image ran.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'an older image ran: the downgrade succeeded'),
    },
    outOfOrder: {
      description: 'The older image does not run, but neither does the right one, confirmed.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'after the attempt the board no longer runs its image, confirmed'),
    },
    stricter: {
      description: 'The board refused what it declares to allow.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'inconclusive', 'the board is stricter than it declares; correct the declaration'),
    },
    notClimbed: {
      description: 'What the attack goes back from is not in place.',
      type: 'final',
      output: ({ context }) =>
        judged(
          context,
          'inconclusive',
          'what the attack starts from was not in place or could not be installed',
        ),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(context.claim, context.trouble),
    },
  },
});
