import { assign, setup } from 'xstate';
import { defineAttack, type Attack } from '#core/attack.ts';
import type { InputProtocol } from '#core/board.ts';
import { digestOf } from '#core/digest.ts';
import { briefOf, findingLine } from '#core/fuzz-finding.ts';
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
import { verbs, type FuzzCase, type HuntInput, type HuntResult } from '#core/verbs.ts';
import { shapesOf } from '#fuzz/case-shapes.ts';
import { endlessCase } from '#fuzz/endless-cases.ts';

/** What a long campaign sends, and when it has sent enough. */
export interface HuntPlan extends Pick<HuntInput, 'from' | 'corpus' | 'known' | 'enough' | 'planned'> {
  readonly protocol: InputProtocol;
  readonly seed: number;
  /** Whole sets that come first. */
  readonly sets: readonly [FuzzCase, ...FuzzCase[]];
  /** Address that is attacked over the air. */
  readonly target?: string;
}

/** What of it is recorded: the rest is code, or grows while it runs. */
interface Recorded {
  readonly protocol: InputProtocol;
  readonly seed: number;
  readonly from: number;
}

interface Context extends Recorded {
  readonly result: HuntResult | null;
  readonly trouble: unknown;
}

const SOUND = 'the board answers valid input and has not rebooted';
/** Times that a board is restored to find the cause of one alarm (the cap of the specification's section 4.4). */
const PROBES = 200;

function judged({ result, seed }: Context, verdict: Outcome['verdict'], rule: string): Outcome {
  const {
    sent = 0,
    answered = 0,
    left = 0,
    next = 0,
    findings = [],
    repeated = 0,
    corpus = 0,
  } = result ?? {};
  const found =
    findings.length === 0 ? '' : ` (${findings.map((one) => findingLine(briefOf(one))).join('; ')})`;
  const kinds = findings.length === 1 ? '1 new finding' : `${findings.length} new findings`;
  return {
    verdict,
    rule,
    expected: `after each input ${SOUND}`,
    observed: `${sent} sent, ${answered} answered; ${kinds}${found}; ${repeated} ${repeated === 1 ? 'alarm' : 'alarms'} of known ones`,
    reached: sent === 0 ? null : `${sent} malformed inputs delivered, ${answered} of them answered`,
    coverage: {
      cases: sent,
      of: 'malformed inputs',
      detail: { answered, 'left out': left, 'next case': next, 'kept in the corpus': corpus, seed },
    },
  };
}

function huntMachine(plan: HuntPlan) {
  return setup({
    types: { input: typed<Recorded>(), context: typed<Context>(), output: typed<Outcome>() },
    actors: { hunt: verbs.hunt },
    guards: {
      boardAtFault,
      found: (_, { findings, repeated }: HuntResult) => findings.length + repeated > 0,
    },
    actions: {
      keepTrouble: assign({ trouble: (_, error: unknown) => error }),
      keepResult: assign({ result: (_, result: HuntResult) => result }),
    },
  }).createMachine({
    id: 'fuzzed-wireless-hunt',
    initial: 'hunting',
    context: ({ input }) => ({ ...input, result: null, trouble: null }),
    output: finalOutcome,
    states: {
      hunting: {
        description:
          'Sends malformed input until it is enough; finds the cause of each new alarm and goes on.',
        invoke: {
          src: 'hunt',
          input: () => ({
            ...plan,
            expected: SOUND,
            shapes: shapesOf(plan.protocol),
            probes: PROBES,
            caseAt: (index: number, corpus: readonly FuzzCase[]) => endlessCase(plan, index, corpus),
          }),
          onDone: [when('found', 'broken', 'keepResult'), otherwise('survived', 'keepResult')],
          onError: onBoardTrouble,
        },
      },
      survived: {
        description: 'The board answered valid input after every case and never rebooted.',
        type: 'final',
        output: ({ context }) => judged(context, 'pass', 'malformed input must leave no trace'),
      },
      broken: {
        description: 'After some of the cases the board was silent, wrong, or had rebooted.',
        type: 'final',
        output: ({ context }) => judged(context, 'fail', 'malformed input took the board out of service'),
      },
      noAnswer: {
        description: 'The board gave no usable answer.',
        type: 'final',
        output: ({ context }) => noAnswer(`after each input ${SOUND}`, context.trouble),
      },
    },
  });
}

/** A campaign over one protocol that lasts as long as it is told to, outside of the suites. */
export function huntAttack(plan: HuntPlan): Attack {
  const { protocol, seed, from, target } = plan;
  const input: Recorded = { protocol, seed, from };
  return defineAttack({
    id: `fuzzed-wireless/${protocol}-hunt`,
    family: 'fuzzed-wireless',
    title: `A long campaign of malformed input over ${protocol}`,
    why: 'The sets of the suites are sent first, then mutations of them and of whatever made the board do something new. A sound board answers valid input after every one of them.',
    needs: ['radio', 'identity', 'power'],
    machine: huntMachine(plan),
    exposes: [],
    scenarios: (board) =>
      board.inputs.includes(protocol)
        ? [
            {
              id: `fuzzed-wireless/${protocol}-hunt/seed-${seed}`,
              title: `malformed input over ${protocol} from case ${from} on`,
              input,
              stimulus: digestOf({ ...input }),
              control: `control/input/${protocol}`,
              ...(target === undefined ? {} : { target }),
            },
          ]
        : [],
  });
}
