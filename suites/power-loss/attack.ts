import { defineAttack, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Image } from '#core/image.ts';
import type { TimedPhase } from '#core/timed-cuts.ts';
import { espForgeries } from '#fuzz/forge-esp.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { castImage, castReadable, forgedImage, updateImage } from '../cast.ts';
import { powerLossMachine } from './machine.ts';
import { type CutPlan, scenarioOf } from './scenarios.ts';

/** The update with its counter raised: confirming it then has to raise the stored one too. */
function countedUpdate(board: BoardFacts, context: ScenarioContext): Image {
  const counter = (board.firmware.goldenSpec.securityCounter ?? 0) + 1;
  return castImage(board, context, { name: 'update 1.3.0', version: '1.3.0', securityCounter: counter });
}

function unsignedUpdate(board: BoardFacts, context: ScenarioContext): Image {
  const forgeries = board.firmware.format === 'mcuboot' ? mcubootForgeries : espForgeries;
  const base = castReadable(board, context, { name: 'update 1.3.0', version: '1.3.0' });
  const unsigned = forgeries.find(({ attack }) => attack === 'unsigned');
  const bytes = unsigned?.forge(base.bytes, {
    keys: board.firmware.keys,
    areaSize: board.firmware.slotSize,
    build: () => base.bytes,
  });
  return forgedImage(board, 'unsigned 1.3.0', base, bytes ?? base.bytes);
}

/** Where a forged image is refused: MCUboot does it at the next boot, ESP-IDF's application right after the transfer. */
function refusalPhase({ bootloader }: BoardFacts): TimedPhase {
  return bootloader.kind === 'mcuboot' ? 'upgrade' : 'upload';
}

function powerLoss(
  name: string,
  title: string,
  why: string,
  exposes: readonly string[],
  ...plans: readonly CutPlan[]
) {
  return defineAttack({
    id: `power-loss/${name}`,
    family: 'power-loss',
    title,
    why,
    needs: ['power'],
    machine: powerLossMachine,
    exposes,
    scenarios: (board, context) => plans.map((plan) => scenarioOf(name, plan, board, context)),
  });
}

/** Power cuts at every flash operation of an update's life, before, inside and after it; by time where none are counted. */
export const attacks = [
  powerLoss(
    'upload',
    'Power fails anywhere in the transfer of an update',
    'A transfer takes minutes in the field and nobody keeps the power on for it. Whatever it had written when the supply went, the board must boot what it ran before and be able to start the transfer again; a cut in the refusal of a forged image must not turn it into an installation.',
    [
      'mcuboot/upload-to-running-slot',
      'mcuboot/validated-after-swap',
      'esp-idf/otadata-before-image',
      'esp-idf/image-not-verified-at-boot',
      'esp-idf/upload-to-running-slot',
      'esp-idf/partition-table-rewritten',
    ],
    // The short one first: what it shows need not be looked for in a whole transfer.
    {
      name: 'forged-image',
      title: 'Power is cut at every flash operation of refusing a forged image',
      phase: refusalPhase,
      cast: unsignedUpdate,
      acceptable: false,
      rolls: 1,
    },
    {
      name: 'every-operation',
      title: 'Power is cut at every flash operation of the transfer',
      phase: 'upload',
      cast: updateImage,
      rolls: 1,
    },
  ),
  powerLoss(
    'upgrade',
    'Power fails anywhere in the installation or its confirmation',
    'During the installation both images are in pieces, and only the boot loader’s records tell how to go on; the confirmation is a few bytes of flash, and often a step of a counter that can never go back. Wherever the power goes, the board must come back with the old image or the new one, whole, and stay with what was confirmed.',
    [
      'mcuboot/swap-not-journalled',
      'mcuboot/status-before-copy',
      'mcuboot/copy-done-first',
      'mcuboot/swap-size-not-stored',
      'mcuboot/swap-type-not-stored',
      'mcuboot/resume-skips-erase',
      'mcuboot/blank-page-not-erased',
      'mcuboot/one-mark-for-two-copies',
      'mcuboot/journal-lags-a-step',
      'mcuboot/resumes-one-late',
      'mcuboot/asserts-on-torn-trailer',
      'mcuboot/counter-raised-after-resume',
    ],
    {
      name: 'every-operation',
      title: 'Power is cut at every flash operation of the installation',
      phase: 'upgrade',
      cast: updateImage,
      rolls: 1,
    },
    {
      name: 'unconfirmed',
      title: 'Power is cut at every flash operation of an installation that nobody confirms',
      phase: 'upgrade',
      cast: countedUpdate,
      confirms: false,
      rolls: 1,
    },
    {
      name: 'confirmation',
      title: 'Power is cut at every flash and fuse operation of the confirmation',
      phase: 'confirm',
      cast: countedUpdate,
      rolls: 4,
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
      'mcuboot/revert-needs-blank-trailer',
      'mcuboot/journal-not-erased',
      'mcuboot/counter-raised-on-trial',
      'esp-idf/otadata-single-sector',
      'esp-idf/both-sectors-erased',
      'esp-idf/otadata-crc-ignored',
      'esp-idf/active-record-overwritten',
      'esp-idf/second-record-ignored',
      'esp-idf/counter-burned-on-trial',
    ],
    {
      name: 'every-operation',
      title: 'Power is cut at every flash operation of the return',
      phase: 'revert',
      cast: countedUpdate,
      rolls: 4,
    },
  ),
];
