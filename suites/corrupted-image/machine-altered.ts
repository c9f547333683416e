import { assign, setup } from 'xstate';
import type { RunningImage } from '#core/capabilities.ts';
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
import { describeRunning, runsConfirmed } from '#core/sightings.ts';
import { type AreaReading, verbs } from '#core/verbs.ts';

/** The image that runs, changed where it lies. */
export interface AlteredInput {
  readonly golden: Image;
  readonly altered: Image;
  /** Where golden runs from. */
  readonly area: string;
  readonly claim: string;
}

interface Context extends AlteredInput {
  readonly reading: AreaReading | null;
  readonly after: RunningImage | null;
  /** Of the area with golden put back. */
  readonly back: AreaReading | null;
  readonly mended: RunningImage | null;
  readonly trouble: unknown;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { golden, altered, area, reading, after, back, mended, claim } = context;
  const lay = reading?.holds === true;
  const seen = (running: RunningImage) => describeRunning(running, [golden]);
  return {
    verdict,
    rule,
    expected: claim,
    observed: [
      lay ? `${area} held the changed image` : `${area} did not take the change`,
      ...(after === null ? [] : [`started: ${seen(after)}`]),
      ...(back?.holds === false ? [`${area} did not take golden back`] : []),
      ...(mended === null ? [] : [`with golden put back: ${seen(mended)}`]),
    ].join('; '),
    reached: lay && after !== null ? `${altered.name} lay in ${area} when the board started` : null,
  };
}

/** Changes the image that runs where it lies: it must not start, and must again once it is put back. */
export const alteredMachine = setup({
  types: { input: typed<AlteredInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { writeArea: verbs.writeArea, resetBoard: verbs.resetBoard },
  guards: {
    boardAtFault,
    written: (_, reading: AreaReading) => reading.holds,
    anyRuns: (_, seen: RunningImage) => seen.running,
    goldenRuns: ({ context }, seen: RunningImage) => runsConfirmed(seen, context.golden),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepReading: assign({ reading: (_, reading: AreaReading) => reading }),
    keepBack: assign({ back: (_, reading: AreaReading) => reading }),
    keepAfter: assign({ after: (_, seen: RunningImage) => seen }),
    keepMended: assign({ mended: (_, seen: RunningImage) => seen }),
  },
}).createMachine({
  id: 'altered-image',
  initial: 'altering',
  context: ({ input }) => ({ ...input, reading: null, after: null, back: null, mended: null, trouble: null }),
  output: finalOutcome,
  states: {
    altering: {
      description: 'Writes the changed image over the one that runs, which was checked long ago.',
      invoke: {
        src: 'writeArea',
        input: ({ context }) => ({ area: context.area, image: context.altered }),
        onDone: [when('written', 'starting', 'keepReading'), otherwise('unwritten', 'keepReading')],
        onError: onBoardTrouble,
      },
    },
    starting: {
      description: 'Resets the board from outside, so that the boot loader decides anew.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [when('anyRuns', 'alteredRan', 'keepAfter'), otherwise('mending', 'keepAfter')],
        onError: onBoardTrouble,
      },
    },
    mending: {
      description: 'Writes golden back: the board must have refused the change, and not just be broken.',
      invoke: {
        src: 'writeArea',
        input: ({ context }) => ({ area: context.area, image: context.golden }),
        onDone: [when('written', 'restarting', 'keepBack'), otherwise('unwritten', 'keepBack')],
        onError: onBoardTrouble,
      },
    },
    restarting: {
      description: 'Resets the board once more, now that golden is whole again.',
      invoke: {
        src: 'resetBoard',
        input: {},
        onDone: [when('goldenRuns', 'held', 'keepMended'), otherwise('stuck', 'keepMended')],
        onError: onBoardTrouble,
      },
    },
    held: {
      description: 'The changed image did not start, and golden does again.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'what was changed after its check must not start'),
    },
    alteredRan: {
      description: 'An application started out of the changed image.',
      type: 'final',
      output: ({ context }) =>
        judged(context, 'fail', 'an image that was changed after its check was started'),
    },
    stuck: {
      description: 'Golden does not start although it is whole again.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'the board did not start its own image any more'),
    },
    unwritten: {
      description: 'The area does not hold what was written to it, so nothing can be said.',
      type: 'final',
      output: ({ context }) => judged(context, 'inconclusive', 'what was written did not reach flash'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(context.claim, context.trouble),
    },
  },
});
