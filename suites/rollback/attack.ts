import { defineAttack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { castImage, mainPath, updateImage } from '../cast.ts';
import { confirmedMachine } from './machine-confirmed.ts';
import { cutMachine } from './machine-cut.ts';
import { faultyMachine, type FaultyInput } from './machine-faulty.ts';
import { unconfirmedMachine } from './machine-unconfirmed.ts';
import { revertCuts, trialCuts } from './cut-points.ts';
import type { TrialInput } from './trial.ts';

/** Rig time in which a crashing update must have been given up: a few of its crash cycles. */
const CRASH_WAIT_MS = 5000;

function trialOf(board: BoardFacts, context: ScenarioContext): TrialInput {
  return { golden: board.firmware.golden, update: updateImage(board, context), path: mainPath(board) };
}

function scenario<I extends TrialInput>(board: BoardFacts, id: string, title: string, input: I): Scenario<I> {
  const base = {
    id,
    title,
    input,
    stimulus: input.update.digest,
    control: `control/install/${mainPath(board)}`,
  };
  if (board.protections.rollback) return base;
  return { ...base, notApplicable: 'this board declares that an update is final at once: there is no trial' };
}

function faulty(
  board: BoardFacts,
  context: ScenarioContext,
  behaviour: 'crashes' | 'hangs',
  waitMs: number,
): FaultyInput {
  const name = `update 1.3.0 that ${behaviour}`;
  const update = castImage(board, context, { name, version: '1.3.0', behaviour });
  return { ...trialOf(board, context), update, fault: `${behaviour} at its first boot`, waitMs };
}

function hangScenarios(board: BoardFacts, context: ScenarioContext): readonly Scenario<FaultyInput>[] {
  const { watchdogMs } = board.protections;
  const input = faulty(board, context, 'hangs', 2 * (watchdogMs ?? 0) + 2000);
  const hang = scenario(board, 'rollback/hang/first-boot', 'The update hangs at its first boot', input);
  if (watchdogMs !== null) return [hang];
  return [
    { ...hang, notApplicable: 'this board declares no watchdog: a hang is not rescued, by its own account' },
  ];
}

const NEVER_REVERTS = [
  'mcuboot/test-is-permanent',
  'mcuboot/app-confirms-at-start',
  'esp-idf/rollback-disabled',
  'esp-idf/app-confirms-at-start',
  'esp-idf/pending-not-aborted',
];

/** Attacks on the way back from an update that does not work. */
export const attacks = [
  defineAttack({
    id: 'rollback/unconfirmed',
    family: 'rollback',
    title: 'An update nobody confirmed is given up',
    why: 'A new image runs on trial until it has shown that it works. If it stays without a confirmation, one bad release takes every device out of service. A sound board goes back to the old image at the next reset, and that is final.',
    needs: ['update', 'identity', 'power'],
    machine: unconfirmedMachine,
    exposes: NEVER_REVERTS,
    scenarios: (board, context) => [
      scenario(
        board,
        'rollback/unconfirmed/nobody-asks',
        'A healthy update is reset before it is confirmed',
        {
          ...trialOf(board, context),
          asksToConfirm: false,
        },
      ),
      scenario(board, 'rollback/unconfirmed/self-test-fails', 'An update whose self-test fails is reset', {
        ...trialOf(board, context),
        update: castImage(board, context, {
          name: 'update 1.3.0 that never confirms',
          version: '1.3.0',
          behaviour: 'never-confirms',
        }),
        asksToConfirm: true,
      }),
    ],
  }),
  defineAttack({
    id: 'rollback/confirmed',
    family: 'rollback',
    title: 'A confirmed update stays',
    why: 'A confirmation that is acknowledged but not stored undoes the update, and with it the security fix it carried, at some later power cut. A sound board still runs the update, confirmed, after two resets.',
    needs: ['update', 'identity', 'power'],
    machine: confirmedMachine,
    exposes: ['mcuboot/confirm-not-stored', 'esp-idf/confirm-not-stored'],
    scenarios: (board, context) => [
      scenario(
        board,
        'rollback/confirmed/two-resets',
        'A confirmed update is reset twice',
        trialOf(board, context),
      ),
    ],
  }),
  defineAttack({
    id: 'rollback/crash-loop',
    family: 'rollback',
    title: 'An update that crashes is given up',
    why: 'An image can be validly signed and still crash at its first instruction. Nobody is there to press a button, so the board itself has to notice and return to the old image.',
    needs: ['update', 'identity'],
    machine: faultyMachine,
    exposes: NEVER_REVERTS,
    scenarios: (board, context) => [
      scenario(
        board,
        'rollback/crash-loop/first-boot',
        'The update crashes at its first boot',
        faulty(board, context, 'crashes', CRASH_WAIT_MS),
      ),
    ],
  }),
  defineAttack({
    id: 'rollback/hang',
    family: 'rollback',
    title: 'An update that hangs is given up',
    why: 'A hang causes no reset, so a trial boot alone never ends. Only a watchdog that runs from before the update is started brings the device back. A sound board resets itself and returns to the old image.',
    needs: ['update', 'identity'],
    machine: faultyMachine,
    exposes: [...NEVER_REVERTS, 'mcuboot/no-watchdog', 'esp-idf/no-watchdog'],
    scenarios: hangScenarios,
  }),
  defineAttack({
    id: 'rollback/reset-during-trial',
    family: 'rollback',
    title: 'Power fails during the trial',
    why: 'Supplies drop out and batteries run flat in the very minutes after an update. A trial that is cut short must count as failed, however early the cut came after the update announced itself.',
    needs: ['update', 'identity', 'power'],
    machine: cutMachine,
    exposes: NEVER_REVERTS,
    scenarios: (board, context) => {
      const trial = trialOf(board, context);
      return trialCuts(trial.update).map(({ name, title, trigger }) =>
        scenario(board, `rollback/reset-during-trial/${name}`, title, {
          ...trial,
          cutIn: 'trial' as const,
          trigger,
        }),
      );
    },
  }),
  defineAttack({
    id: 'rollback/interrupted-revert',
    family: 'rollback',
    title: 'Power fails during the return to the old image',
    why: 'Going back is a series of flash operations like the update itself, and power can fail in each. The request to go back must survive that: a board that forgets it keeps running an image that was found bad, or nothing at all.',
    needs: ['update', 'identity', 'power'],
    machine: cutMachine,
    exposes: ['mcuboot/revert-not-resumable', 'mcuboot/revert-taken-for-downgrade'],
    scenarios: (board, context) =>
      revertCuts(board, context.seed).map(({ name, title, trigger }) =>
        scenario(board, `rollback/interrupted-revert/${name}`, title, {
          ...trialOf(board, context),
          cutIn: 'revert' as const,
          trigger,
        }),
      ),
  }),
];
