import { defineAttack, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { digestOf } from '#core/digest.ts';
import { updateImage } from '../cast.ts';
import { inputMachine } from './machine-input.ts';
import { installMachine } from './machine-install.ts';
import { updateMachine } from './machine-update.ts';

/** Valid inputs that the control of a fuzz campaign sends. */
const ROUNDS = 12;

function updateScenarios(board: BoardFacts, context: ScenarioContext, attack: string, title: string) {
  const update = updateImage(board, context);
  return board.updatePaths.map((path) => ({
    id: `${attack}/${path}`,
    title: `${title} by ${path}`,
    input: { golden: board.firmware.golden, update, path },
    stimulus: update.digest,
    control: null,
  }));
}

/** Positive controls: what must work before an attack that fails to do harm can mean anything. */
export const attacks = [
  defineAttack({
    id: 'control/install',
    family: 'control',
    title: 'A valid update installs',
    why: 'If the bench could not install a valid, newer image, a board that refuses everything would pass every attack. This shows that offering, restarting and recognising an image work here, and how the same board takes an image it should take.',
    needs: ['update', 'identity'],
    machine: installMachine,
    exposes: [],
    scenarios: (board, context) =>
      updateScenarios(board, context, 'control/install', 'Install a valid update'),
  }),
  defineAttack({
    id: 'control/update',
    family: 'control',
    title: 'A valid update installs, is confirmed and stays',
    why: 'The whole life of a good update: offered, tried, confirmed, reset. Attacks on updates are judged only where this works by the same path, so that a refusal is known to be the board’s decision and not a broken cable.',
    needs: ['update', 'identity', 'power'],
    machine: updateMachine,
    exposes: [],
    scenarios: (board, context) =>
      updateScenarios(board, context, 'control/update', 'Complete a valid update'),
  }),
  defineAttack({
    id: 'control/input',
    family: 'control',
    title: 'Valid input is answered',
    why: 'Silence after malformed input means nothing on an interface that is silent anyway. Valid input is sent as often and at the same pace as the malformed input will be, and every one must be answered without a reboot.',
    needs: ['radio', 'identity'],
    machine: inputMachine,
    exposes: [],
    scenarios: (board) =>
      board.inputs.map((protocol) => ({
        id: `control/input/${protocol}`,
        title: `Answer valid ${protocol} input ${ROUNDS} times`,
        input: { protocol, rounds: ROUNDS },
        stimulus: digestOf({ protocol, rounds: ROUNDS }),
        control: null,
        ...(protocol === 'ble' && board.ble !== undefined && { target: board.ble.address }),
      })),
  }),
];
