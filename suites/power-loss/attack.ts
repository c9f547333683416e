import { defineAttack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Phase, Tear } from '#core/capabilities.ts';
import { digestOf } from '#core/digest.ts';
import type { Image } from '#core/image.ts';
import { espForgeries } from '#fuzz/forge-esp.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { derivedSeed } from '#fuzz/rng.ts';
import { castImage, forgedImage, mainPath, updateImage } from '../cast.ts';
import { powerLossMachine, type PowerLossInput } from './machine.ts';

const TEARS: readonly Tear[] = ['before', 'torn', 'after'];

interface Sweep {
  readonly phase: Phase;
  readonly name: string;
  readonly title: string;
  readonly update: Image;
  readonly acceptable: boolean;
}

function scenarioOf(board: BoardFacts, context: ScenarioContext, sweep: Sweep): Scenario<PowerLossInput> {
  const { phase, name, title, update, acceptable } = sweep;
  const seed = derivedSeed(context.seed, `power loss ${name}`);
  return {
    id: `power-loss/${name}/every-operation`,
    title,
    input: { phase, update, acceptable, tears: TEARS, seed },
    stimulus: digestOf({ phase, update: update.digest, tears: TEARS, seed }),
    control: `control/update/${mainPath(board)}`,
  };
}

/** The update with its counter raised: confirming it then has to raise the stored one too. */
function countedUpdate(board: BoardFacts, context: ScenarioContext): Image {
  const counter = (board.firmware.goldenSpec.securityCounter ?? 0) + 1;
  return castImage(board, context, { name: 'update 1.3.0', version: '1.3.0', securityCounter: counter });
}

function unsignedUpdate(board: BoardFacts, context: ScenarioContext): Image {
  const forgeries = board.firmware.format === 'mcuboot' ? mcubootForgeries : espForgeries;
  const base = updateImage(board, context);
  const unsigned = forgeries.find(({ attack }) => attack === 'unsigned');
  const bytes = unsigned?.forge(base.bytes, {
    keys: board.firmware.keys,
    areaSize: board.firmware.slotSize,
    build: () => base.bytes,
  });
  return forgedImage(board, 'unsigned 1.3.0', base, bytes ?? base.bytes);
}

function power(
  name: string,
  phase: Phase,
  title: string,
  why: string,
  exposes: readonly string[],
  cast: (board: BoardFacts, context: ScenarioContext) => Image,
  acceptable = true,
) {
  return defineAttack({
    id: `power-loss/${name}`,
    family: 'power-loss',
    title,
    why,
    needs: ['sweep'],
    machine: powerLossMachine,
    exposes,
    scenarios: (board, context) => [
      scenarioOf(board, context, { phase, name, title, update: cast(board, context), acceptable }),
    ],
  });
}

/** Power cuts at every flash operation of an update's life, before, inside and after it. */
export const attacks = [
  power(
    'upload',
    'upload',
    'Power fails anywhere in the transfer of an update',
    'A transfer takes minutes in the field and nobody keeps the power on for it. Whatever it had written when the supply went, the board must boot what it ran before and be able to start the transfer again.',
    [],
    updateImage,
  ),
  power(
    'upgrade',
    'upgrade',
    'Power fails anywhere in the installation',
    'During the installation both images are in pieces, and only the boot loader’s records tell how to go on. Power is cut before, inside and after every flash operation; each time the board must come back with the old image or the new one, whole.',
    [],
    updateImage,
  ),
  power(
    'revert',
    'revert',
    'Power fails anywhere in the return to the old image',
    'The way back is as long as the way there, and the image that is being given up may not work. Wherever the power goes, the board must end with the old image, for good.',
    [],
    updateImage,
  ),
  power(
    'confirm',
    'confirm',
    'Power fails while an update is confirmed',
    'A confirmation is a few bytes of flash, and often a step of a counter that can never go back. After a cut in it the update may be kept or given up, but the board must boot, stay with its choice, and never go back from what was confirmed.',
    [],
    countedUpdate,
  ),
  power(
    'rejected',
    'upgrade',
    'Power fails while a forged image is being refused',
    'Refusing an image writes flash as well: the slot is erased, records are changed. A cut in the middle must not turn the refusal into an installation.',
    [],
    unsignedUpdate,
    false,
  ),
];
