import { assign, setup } from 'xstate';
import type { BootSeen, Receipt, RunningImage } from '#core/capabilities.ts';
import type { CrashSeen } from '#core/fault-line.ts';
import type { Image } from '#core/image.ts';
import type { Finding, Outcome } from '#core/outcome.ts';
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
  describeBoots,
  describeReceipt,
  describeRunning,
  howReached,
  runs,
  runsConfirmed,
  strangers,
} from '#core/sightings.ts';
import { verbs, type AreaReading } from '#core/verbs.ts';

/** A forged image, and a sound one to show afterwards that the board still takes updates. */
export interface ForgedInput {
  readonly golden: Image;
  readonly forged: Image;
  readonly rescue: Image;
  readonly path: string;
  /** `permanent`: without a trial, so that a boot loader which stumbles over the image does so at every start. */
  readonly mode: 'test' | 'permanent';
  /** Path of the sound update afterwards. */
  readonly rescuePath: string;
  /** Flash area that the update path writes to. */
  readonly area: string;
  /** `harmless`: the format ignores the change, so the image may run; then `remark` is reported. */
  readonly expect: 'refused' | 'harmless';
  /** True where nothing checks what was changed, so that the image runs on trial, crashes, and is given up. */
  readonly mayCrash?: boolean;
  readonly claim: string;
  readonly remark: Finding | null;
}

interface Context extends ForgedInput {
  readonly receipt: Receipt | null;
  readonly reading: AreaReading | null;
  readonly after: RunningImage | null;
  /** Null: not asked. */
  readonly history: readonly BootSeen[] | null;
  /** Null: not asked. */
  readonly crashes: readonly CrashSeen[] | null;
  readonly rescueReceipt: Receipt | null;
  readonly rescued: RunningImage | null;
  readonly trouble: unknown;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const known = [context.golden, context.forged, context.rescue];
  const { after, history, crashes, rescueReceipt, rescued } = context;
  const observed = [
    `offer ${describeReceipt(context.receipt)}`,
    after === null ? 'no restart' : describeRunning(after, known),
  ];
  if (history !== null) observed.push(describeBoots(history, known));
  const [crash] = crashes ?? [];
  if (crash !== undefined) observed.push(`the console says: ${crash.text}`);
  if (rescueReceipt !== null) observed.push(`sound update ${describeReceipt(rescueReceipt)}`);
  if (rescued !== null) observed.push(describeRunning(rescued, known));
  return {
    verdict,
    rule,
    expected: context.claim,
    observed: observed.join('; '),
    reached: after === null ? null : howReached(context.receipt, context.reading),
  };
}

/** Offers a forged image: it must never run, golden must go on, and the board must still take sound updates. */
export const forgedMachine = setup({
  types: { input: typed<ForgedInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: {
    offerImage: verbs.offerImage,
    readArea: verbs.readArea,
    activate: verbs.activate,
    bootHistory: verbs.bootHistory,
    crashHistory: verbs.crashHistory,
  },
  guards: {
    boardAtFault,
    accepted: (_, receipt: Receipt) => receipt.accepted,
    goldenRuns: ({ context }, seen: RunningImage) => runsConfirmed(seen, context.golden),
    runsHarmless: ({ context }, seen: RunningImage) =>
      context.expect === 'harmless' && seen.running && !runs(seen, context.golden),
    runsForged: ({ context }, seen: RunningImage) => seen.running && !runs(seen, context.golden),
    dead: (_, seen: RunningImage) => !seen.running,
    forgedBooted: ({ context }, history: readonly BootSeen[]) =>
      strangers(history, [context.golden]).length > 0,
    crashed: ({ context }, crashes: readonly CrashSeen[]) => crashes.length > 0 && context.mayCrash !== true,
    rescueRuns: ({ context }, seen: RunningImage) => runs(seen, context.rescue),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReceipt: assign({ receipt: (_, receipt: Receipt) => receipt }),
    keepReading: assign({ reading: (_, reading: AreaReading) => reading }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
    keepHistory: assign({ history: (_, history: readonly BootSeen[]) => history }),
    keepCrashes: assign({ crashes: (_, crashes: readonly CrashSeen[]) => crashes }),
    keepRescueReceipt: assign({ rescueReceipt: (_, receipt: Receipt) => receipt }),
    keepRescued: assign({ rescued: (_, seen: RunningImage) => seen }),
  },
}).createMachine({
  id: 'corrupted-image',
  initial: 'offering',
  context: ({ input }) => ({
    ...input,
    receipt: null,
    reading: null,
    after: null,
    history: null,
    crashes: null,
    rescueReceipt: null,
    rescued: null,
    trouble: null,
  }),
  output: finalOutcome,
  states: {
    offering: {
      description: 'Offers the forged image.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.forged, path: context.path, mode: context.mode }),
        onDone: [when('accepted', 'inspecting', 'keepReceipt'), otherwise('restarting', 'keepReceipt')],
        onError: onBoardTrouble,
      },
    },
    inspecting: {
      description:
        'Reads the update area: the forged bytes must really lie there for the boot loader to judge.',
      invoke: {
        src: 'readArea',
        input: ({ context }) => ({ area: context.area, image: context.forged }),
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
          when('goldenRuns', 'reviewing', 'keepAfter'),
          when('dead', 'bricked', 'keepAfter'),
          when('runsHarmless', 'tolerated', 'keepAfter'),
          when('runsForged', 'forgedRan', 'keepAfter'),
          otherwise('unsettled', 'keepAfter'),
        ],
        onError: onBoardTrouble,
      },
    },
    reviewing: {
      description: 'Reads from the console whether anything but golden ran in between.',
      invoke: {
        src: 'bootHistory',
        input: {},
        onDone: [when('forgedBooted', 'forgedRan', 'keepHistory'), otherwise('listening', 'keepHistory')],
        onError: onBoardTrouble,
      },
    },
    listening: {
      description:
        'Reads from the console whether anything crashed over the forged image, and only a restart got over it.',
      invoke: {
        src: 'crashHistory',
        input: {},
        onDone: [when('crashed', 'crashed', 'keepCrashes'), otherwise('updating', 'keepCrashes')],
        onError: onBoardTrouble,
      },
    },
    updating: {
      description: 'Offers a sound update: the board must not be stuck.',
      invoke: {
        src: 'offerImage',
        input: ({ context }) => ({ image: context.rescue, path: context.rescuePath, mode: 'test' }),
        onDone: [
          when('accepted', 'startingRescue', 'keepRescueReceipt'),
          otherwise('stuck', 'keepRescueReceipt'),
        ],
        onError: onBoardTrouble,
      },
    },
    startingRescue: {
      description: 'Restarts the board into the sound update.',
      invoke: {
        src: 'activate',
        input: {},
        onDone: [when('rescueRuns', 'held', 'keepRescued'), otherwise('stuck', 'keepRescued')],
        onError: onBoardTrouble,
      },
    },
    held: {
      description: 'The forged image never ran, golden did, and a sound update still works.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'a forged image must never run, nor harm the board'),
    },
    tolerated: {
      description: 'The image runs: what was changed is outside what the format checks.',
      type: 'final',
      output: ({ context }) => ({
        ...judged(context, 'pass', 'the format ignores this change, so the image may run'),
        ...(context.remark === null ? {} : { findings: [context.remark] }),
      }),
    },
    forgedRan: {
      description: 'Something else than golden ran: the forged image was executed.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'the forged image was executed'),
    },
    crashed: {
      description: 'Golden runs, but on the way there the boot loader or the forged image crashed.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'a forged image must be refused, not got over by a crash and a restart'),
    },
    bricked: {
      description: 'No application answers after the restart.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'the forged image left the board without a running image'),
    },
    unsettled: {
      description: 'Golden runs, but no longer as the confirmed image.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'golden runs but is no longer confirmed'),
    },
    stuck: {
      description: 'The board refuses, or no longer runs, a sound update.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'after the forged image the board no longer takes updates'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(context.claim, context.trouble),
    },
  },
});
