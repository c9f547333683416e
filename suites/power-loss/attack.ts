import { defineAttack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Phase } from '#core/cut-sweep.ts';
import { digestOf } from '#core/digest.ts';
import type { Image } from '#core/image.ts';
import { BOUNDARIES, type Tear } from '#core/tear.ts';
import { espForgeries } from '#fuzz/forge-esp.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { derivedSeed } from '#fuzz/rng.ts';
import { castImage, forgedImage, mainPath, updateImage } from '../cast.ts';
import { powerLossMachine, type PowerLossInput } from './machine.ts';

const TORN: readonly Tear[] = ['prefix', 'half-programmed', 'partial-erase', 'preprogrammed'];
const TEARS: readonly Tear[] = [...BOUNDARIES, ...TORN];

/** A phase to sweep, and with what. */
interface Sweep {
  /** Last part of the scenario id. */
  readonly name: string;
  readonly title: string;
  readonly phase: Phase | ((board: BoardFacts) => Phase);
  readonly cast: (board: BoardFacts, context: ScenarioContext) => Image;
  /** False where the update is one that the board must refuse. */
  readonly acceptable?: false;
  /** Sweeps more of the torn cuts alone: a short phase needs more of them to see every way an operation can tear. */
  readonly moreTorn: number;
}

function scenarioOf(
  attack: string,
  sweep: Sweep,
  board: BoardFacts,
  { seed }: ScenarioContext,
): Scenario<PowerLossInput> {
  const phase = typeof sweep.phase === 'string' ? sweep.phase : sweep.phase(board);
  const update = sweep.cast(board, { seed });
  const id = `power-loss/${attack}/${sweep.name}`;
  const rounds = Array.from({ length: 1 + sweep.moreTorn }, (_, round) => ({
    tears: round === 0 ? TEARS : TORN,
    seed: derivedSeed(seed, `${id} ${round}`),
  }));
  return {
    id,
    title: sweep.title,
    input: { phase, update, acceptable: sweep.acceptable ?? true, rounds },
    stimulus: digestOf({ phase, update: update.digest, rounds }),
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

/** Where a forged image is refused: MCUboot does it at the next boot, ESP-IDF's application right after the transfer. */
function refusalPhase({ bootloader }: BoardFacts): Phase {
  return bootloader.kind === 'mcuboot' ? 'upgrade' : 'upload';
}

function powerLoss(
  name: string,
  title: string,
  why: string,
  exposes: readonly string[],
  ...sweeps: readonly Sweep[]
) {
  return defineAttack({
    id: `power-loss/${name}`,
    family: 'power-loss',
    title,
    why,
    needs: ['sweep'],
    machine: powerLossMachine,
    exposes,
    scenarios: (board, context) => sweeps.map((sweep) => scenarioOf(name, sweep, board, context)),
  });
}

/** Power cuts at every flash operation of an update's life, before, inside and after it. */
export const attacks = [
  powerLoss(
    'upload',
    'Power fails anywhere in the transfer of an update',
    'A transfer takes minutes in the field and nobody keeps the power on for it. Whatever it had written when the supply went, the board must boot what it ran before and be able to start the transfer again; a cut in the refusal of a forged image must not turn it into an installation.',
    ['mcuboot/upload-to-running-slot', 'esp-idf/otadata-before-image', 'esp-idf/image-not-verified-at-boot'],
    {
      name: 'every-operation',
      title: 'Power is cut at every flash operation of the transfer',
      phase: 'upload',
      cast: updateImage,
      moreTorn: 1,
    },
    {
      name: 'forged-image',
      title: 'Power is cut at every flash operation of refusing a forged image',
      phase: refusalPhase,
      cast: unsignedUpdate,
      acceptable: false,
      moreTorn: 1,
    },
  ),
  powerLoss(
    'upgrade',
    'Power fails anywhere in the installation or its confirmation',
    'During the installation both images are in pieces, and only the boot loader’s records tell how to go on; the confirmation is a few bytes of flash, and often a step of a counter that can never go back. Wherever the power goes, the board must come back with the old image or the new one, whole, and stay with what was confirmed.',
    ['mcuboot/swap-not-journalled', 'mcuboot/status-before-copy', 'mcuboot/copy-done-first'],
    {
      name: 'every-operation',
      title: 'Power is cut at every flash operation of the installation',
      phase: 'upgrade',
      cast: updateImage,
      moreTorn: 2,
    },
    {
      name: 'confirmation',
      title: 'Power is cut at every flash and fuse operation of the confirmation',
      phase: 'confirm',
      cast: countedUpdate,
      moreTorn: 4,
    },
  ),
  powerLoss(
    'revert',
    'Power fails anywhere in the return to the old image',
    'The way back is as long as the way there, and the image that is being given up may not work. Wherever the power goes, the board must end with the old image, for good.',
    [
      'mcuboot/swap-not-journalled',
      'mcuboot/status-before-copy',
      'mcuboot/copy-done-first',
      'mcuboot/trailer-cleared-first',
      'mcuboot/torn-magic-accepted',
      'esp-idf/otadata-single-sector',
      'esp-idf/both-sectors-erased',
      'esp-idf/otadata-crc-ignored',
    ],
    {
      name: 'every-operation',
      title: 'Power is cut at every flash operation of the return',
      phase: 'revert',
      cast: updateImage,
      moreTorn: 7,
    },
  ),
];
