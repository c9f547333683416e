import { assign, setup } from 'xstate';
import { defineAttack, type Attack } from '#core/attack.ts';
import { digestOf, sha256Hex } from '#core/digest.ts';
import type { Image } from '#core/image.ts';
import type { Outcome } from '#core/outcome.ts';
import { finalOutcome, typed } from '#core/scenario-machine.ts';
import { verbs } from '#core/verbs.ts';
import { KEEPS, REBOOTS } from '#engine/tiny-board.fixture.ts';

const PASS: Outcome = {
  verdict: 'pass',
  rule: 'it did as it should',
  expected: 'so',
  observed: 'so',
  reached: 'seen',
};

const CONTROL_ID = 'control/tiny/alive';

/** Control: some application runs. */
export const tinyControl = defineAttack({
  id: 'control/tiny',
  family: 'control',
  title: 'An application runs',
  why: 'Without one nothing can be tested.',
  needs: ['identity'],
  exposes: [],
  machine: setup({ actors: verbs }).createMachine({
    initial: 'asking',
    states: {
      asking: { invoke: { src: 'readIdentity', input: {}, onDone: 'runs' } },
      runs: { type: 'final', output: () => PASS },
    },
    output: finalOutcome,
  }),
  scenarios: () => [
    { id: CONTROL_ID, title: 'It answers', input: {}, stimulus: digestOf('alive'), control: null },
  ],
});

function image(seed: number): Image {
  const bytes = new Uint8Array(2000).fill(seed);
  const digest = Buffer.from(bytes).toString('hex').slice(0, 16);
  return { name: 'update', version: '2', bytes, digest: sha256Hex(bytes), identity: digest, buildId: digest };
}

/** Attack: an update nobody confirms is given up at the reset. */
export const tinyRevert = defineAttack({
  id: 'rollback/tiny',
  family: 'rollback',
  title: 'An unconfirmed update is given up',
  why: 'Else a bad update is for ever.',
  needs: ['update', 'identity', 'power'],
  exposes: [KEEPS.id],
  machine: setup({
    types: {
      input: typed<{ readonly image: Image }>(),
      context: typed<{ readonly image: Image; readonly after: string }>(),
    },
    actors: verbs,
  }).createMachine({
    context: ({ input }) => ({ image: input.image, after: '' }),
    initial: 'offering',
    states: {
      offering: {
        invoke: { src: 'offerImage', input: ({ context }) => ({ image: context.image }), onDone: 'trying' },
      },
      trying: { invoke: { src: 'activate', input: {}, onDone: 'resetting' } },
      resetting: {
        invoke: {
          src: 'resetBoard',
          input: {},
          onDone: {
            target: 'judged',
            actions: assign({ after: ({ event }) => (event.output.running ? event.output.identity : '') }),
          },
        },
      },
      judged: {
        type: 'final',
        output: ({ context }): Outcome => ({
          ...PASS,
          verdict: context.after === context.image.identity ? 'fail' : 'pass',
          observed: `${context.after} runs`,
        }),
      },
    },
    output: finalOutcome,
  }),
  scenarios: (_, { seed }) =>
    ['first', 'second'].map((name, index) => {
      const update = image((seed + index) % 255);
      return {
        id: `rollback/tiny/${name}`,
        title: name,
        input: { image: update },
        stimulus: update.digest,
        control: CONTROL_ID,
      };
    }),
});

/** Attack: messages that must not reboot the board. */
export const tinyFuzz = defineAttack({
  id: 'fuzzed-wireless/tiny',
  family: 'fuzzed-wireless',
  title: 'Malformed messages',
  why: 'Anybody can send them.',
  needs: ['radio', 'power', 'identity'],
  exposes: [REBOOTS.id],
  machine: setup({
    types: { context: typed<{ readonly broken: string | null }>() },
    actors: verbs,
  }).createMachine({
    context: { broken: null },
    initial: 'sending',
    states: {
      sending: {
        invoke: {
          src: 'fuzz',
          input: {
            protocol: 'smp',
            cases: [
              { name: 'zero', bytes: Uint8Array.of(0) },
              { name: 'ff', bytes: Uint8Array.of(0xff) },
              { name: 'one', bytes: Uint8Array.of(1) },
            ],
          },
          onDone: {
            target: 'judged',
            actions: assign({ broken: ({ event }) => event.output.broken?.name ?? null }),
          },
        },
      },
      judged: {
        type: 'final',
        output: ({ context }): Outcome => ({
          ...PASS,
          verdict: context.broken === null ? 'pass' : 'fail',
          observed: context.broken ?? 'alive',
        }),
      },
    },
    output: finalOutcome,
  }),
  scenarios: () => [
    {
      id: 'fuzzed-wireless/tiny/three',
      title: 'Three',
      input: {},
      stimulus: digestOf('three'),
      control: CONTROL_ID,
    },
  ],
});

/** Every attack of the tiny suite. */
export const tinyAttacks: readonly Attack[] = [tinyControl, tinyFuzz, tinyRevert];
