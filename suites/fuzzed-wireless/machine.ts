import { assign, setup } from 'xstate';
import type { InputProtocol } from '#core/board.ts';
import type { Rung } from '#core/capabilities.ts';
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
import { repeatsText, type FuzzFinding } from '#core/fuzz-finding.ts';
import { verbs, type FuzzCase, type FuzzInput, type FuzzResult, type TriageInput } from '#core/verbs.ts';
import type { BleHandles } from '#fuzz/ble-cases.ts';
import { BleGuide } from '#fuzz/ble-guide.ts';
import { shapesOf } from '#fuzz/case-shapes.ts';

/** A campaign: one class of malformed input for one interface. */
export interface FuzzedInput {
  readonly protocol: InputProtocol;
  /** What the cases have in common, for the report: `messages cut short at every byte`. */
  readonly of: string;
  readonly cases: readonly FuzzCase[];
  readonly seed: number;
  /** Goes on with so many cases that are made up as the campaign goes, by what those before led to or at random. */
  readonly search?: { readonly count: number; readonly guided: boolean; readonly handles: BleHandles };
  /** What a sound device does with the input itself, where that is known. */
  readonly healthy?: string;
}

interface Context extends FuzzedInput {
  readonly result: FuzzResult | null;
  readonly finding: FuzzFinding | null;
  readonly trouble: unknown;
}

/** The ladder of liveness: what is above the rungs that were looked at is not seen. */
const LADDER: Readonly<Record<Rung, string>> = {
  L0: 'the link layer acknowledges',
  L1: 'valid input is answered',
  L2: 'it advertises and takes a new link',
  L3: 'its database is what it was',
  L4: 'no boot and no fault on the console',
};

/** The rungs that were looked at after every case, and those that were after some. */
function ladder(context: Context): string {
  const { result } = context;
  return Object.entries(result?.looked ?? {})
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([rung, times]) => {
      const often = times === result?.sent ? '' : ` (after ${times})`;
      return `${rung}: ${LADDER[rung as Rung]}${often}`;
    })
    .join('; ');
}

/** Cases that a campaign means to send. */
const planned = ({ cases, search }: FuzzedInput) => cases.length + (search?.count ?? 0);

const SOUND = 'the board answers valid input and has not rebooted';

function expected(context: Context): string {
  const { of, healthy } = context;
  const itself = healthy === undefined ? '' : `the board would ${healthy}; `;
  return `${itself}after each of ${planned(context)} inputs (${of}) ${SOUND}`;
}

function fuzzInput({ protocol, cases, search, seed }: FuzzedInput): FuzzInput {
  if (search === undefined) return { protocol, cases };
  const { count, ...rest } = search;
  return { protocol, cases, search: { guide: new BleGuide({ ...rest, seed }), count } };
}

/** Times that a board is restored to find the cause of an alarm: a minute on a virtual board, some on a real one. */
const PROBES = 150;

function triageInput(context: Context): TriageInput {
  const { protocol, cases, seed, result } = context;
  // The machine enters the state with a broken board alone.
  const broken = result?.broken as NonNullable<FuzzResult['broken']>;
  return {
    protocol,
    cases: [...cases, ...(result?.searched?.cases ?? [])],
    seed,
    broken,
    expected: SOUND,
    shapes: shapesOf(protocol),
    probes: PROBES,
  };
}

function foundText({ finding }: Context): string {
  if (finding === null) return '';
  const { id, steps, repeats, cause } = finding;
  const bytes = steps.reduce((sum, step) => sum + step.bytes.length / 2, 0);
  const inputs = `${steps.length} ${steps.length === 1 ? 'input' : 'inputs'} of ${bytes} bytes`;
  const what =
    cause === 'unreproduced'
      ? 'it did not happen again'
      : `${inputs} ${steps.length === 1 ? 'does' : 'do'} it`;
  return `; finding ${id}: ${what}, ${repeatsText(repeats)}`;
}

function observedOf(context: Context): string {
  const { result } = context;
  if (result === null) return 'nothing sent';
  const sent = `${result.sent} sent, ${result.answered} answered`;
  if (result.broken === null) return `${sent}; alive after each (${ladder(context)})`;
  const { index, name, what } = result.broken;
  const after = result.recovered === true ? 'a reset brought it back' : 'a reset did not bring it back';
  return `${sent}; after case ${index} (${name}): ${what}; ${after}${foundText(context)}`;
}

function judged(context: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const { result, cases, seed } = context;
  const sent = result?.sent ?? 0;
  return {
    verdict,
    rule,
    expected: expected(context),
    observed: observedOf(context),
    reached:
      sent === 0 ? null : `${sent} malformed inputs delivered, ${result?.answered ?? 0} of them answered`,
    coverage: {
      cases: sent,
      of: context.of,
      detail: {
        answered: result?.answered ?? 0,
        'to be refused': cases.filter(({ mustRefuse }) => mustRefuse !== undefined).length,
        'looked at': ladder(context),
        ...(result?.searched !== undefined && { 'led to something new': result.searched.corpus.length }),
        seed,
      },
    },
  };
}

/** Sends malformed input and asks after each case whether the application still lives. */
export const fuzzedMachine = setup({
  types: { input: typed<FuzzedInput>(), context: typed<Context>(), output: typed<Outcome>() },
  actors: { fuzz: verbs.fuzz, triage: verbs.triage },
  guards: {
    boardAtFault,
    broken: (_, result: FuzzResult) => result.broken !== null,
    allSent: ({ context }, result: FuzzResult) => result.sent > 0 && result.sent === planned(context),
  },
  actions: {
    keepTrouble: assign({ trouble: (_, error: unknown) => error }),
    keepFinding: assign({ finding: (_, finding: FuzzFinding) => finding }),
    keepResult: assign({ result: (_, result: FuzzResult) => result }),
  },
}).createMachine({
  id: 'fuzzed-wireless',
  initial: 'fuzzing',
  context: ({ input }) => ({ ...input, result: null, finding: null, trouble: null }),
  output: finalOutcome,
  states: {
    fuzzing: {
      description: 'Sends each malformed input and, after it, valid input that must be answered.',
      invoke: {
        src: 'fuzz',
        input: ({ context }) => fuzzInput(context),
        onDone: [
          when('broken', 'triaging', 'keepResult'),
          when('allSent', 'survived', 'keepResult'),
          otherwise('incomplete', 'keepResult'),
        ],
        onError: onBoardTrouble,
      },
    },
    triaging: {
      description:
        'Sends the last inputs again to a freshly restored board to find out which one did it, and makes that one shorter.',
      invoke: {
        src: 'triage',
        input: ({ context }) => triageInput(context),
        onDone: [otherwise('broken', 'keepFinding')],
        onError: onBoardTrouble,
      },
    },
    survived: {
      description: 'The board answered valid input after every case and never rebooted.',
      type: 'final',
      output: ({ context }) => judged(context, 'pass', 'malformed input must leave no trace'),
    },
    broken: {
      description: 'After one of the cases the board was silent, wrong, or had rebooted.',
      type: 'final',
      output: ({ context }) => judged(context, 'fail', 'malformed input took the board out of service'),
    },
    incomplete: {
      description: 'Not every case could be sent.',
      type: 'final',
      output: ({ context }) => judged(context, 'inconclusive', 'the campaign did not get to its end'),
    },
    noAnswer: {
      description: 'The board gave no usable answer.',
      type: 'final',
      output: ({ context }) => noAnswer(expected(context), context.trouble),
    },
  },
});
