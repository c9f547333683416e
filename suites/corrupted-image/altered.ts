import { defineAttack } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { mcubootFlips } from '#fuzz/forge-mcuboot-flips.ts';
import { forgedImage, mainPath } from '../cast.ts';
import { alteredMachine } from './machine-altered.ts';

/** A bit that no program needs, so that the image would run: between header and payload, and yet signed. */
const unneeded = mcubootFlips.find(({ id }) => id === 'padding');

const CLAIM =
  'one bit of the image that runs is changed in flash, long after its check. Expected: it does not start, and starts again when the bit is put back';

function alteredOf(board: BoardFacts) {
  const { golden, keys, slotSize } = board.firmware;
  const material = { keys, areaSize: slotSize, build: () => golden.bytes };
  const bytes = unneeded?.forge(golden.bytes, material) ?? golden.bytes;
  return { ...forgedImage(board, 'golden with a changed bit', golden, bytes), buildId: golden.buildId };
}

/** What was right when it was checked, and is not any more when it is used. */
export const altered = defineAttack({
  id: 'corrupted-image/changed-in-place',
  family: 'corrupted-image',
  title: 'An image that was changed after it was checked does not start',
  why: 'Between the check of an update and its use lie a copy, power cuts and years in the field. A boot loader that looks at an image only before it copies it runs whatever is there later: a page that lost its charge, or the work of somebody with a probe. A bit is changed where the image lies, the board restarted.',
  needs: ['probe', 'power', 'identity'],
  machine: alteredMachine,
  exposes: ['mcuboot/validated-before-copy-only'],
  scenarios(board) {
    const isKnown = board.firmware.format === 'mcuboot' && board.checkedArea !== undefined;
    const image = isKnown ? alteredOf(board) : board.firmware.golden;
    return [
      {
        id: 'corrupted-image/changed-in-place/padding',
        title: 'One bit of the image that runs is changed',
        input: {
          golden: board.firmware.golden,
          altered: image,
          area: board.checkedArea ?? board.updateArea,
          claim: CLAIM,
        },
        stimulus: image.digest,
        control: `control/update/${mainPath(board)}`,
        ...(isKnown
          ? {}
          : { notApplicable: 'this board names no area whose MCUboot image is checked at every start' }),
      },
    ];
  },
});
