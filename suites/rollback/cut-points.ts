import type { BoardFacts } from '#core/board.ts';
import type { CutTrigger } from '#core/capabilities.ts';
import type { Image } from '#core/image.ts';
import type { Tear } from '#core/tear.ts';
import { derivedSeed } from '#fuzz/rng.ts';

/** A moment at which power is cut, and its name in a scenario id. */
export interface CutPoint {
  readonly name: string;
  readonly title: string;
  readonly trigger: CutTrigger;
}

/** Rig time after the update's banner at which its trial is cut short. */
const TRIAL_MS = [0, 500, 2000];

/**
 * Flash operations of the return to the old image at which power is cut. MCUboot swaps sector by sector: the first ones
 * are the hand-over of the request, the later ones the swap itself. ESP-IDF marks one boot record: an erase and a write.
 */
const REVERT_POINTS: Readonly<
  Record<BoardFacts['bootloader']['kind'], readonly (readonly [number, Tear])[]>
> = {
  mcuboot: [
    [0, 'before'],
    [1, 'half-programmed'],
    [3, 'after'],
    [6, 'half-programmed'],
    [9, 'after'],
    [14, 'half-programmed'],
    [22, 'before'],
  ],
  'esp-idf': [
    [0, 'before'],
    [0, 'half-programmed'],
    [0, 'after'],
    [1, 'half-programmed'],
    [1, 'after'],
  ],
  none: [],
};

/** Time after the reset at which power is cut where flash operations cannot be counted: a return takes seconds. */
const REVERT_MS = [20, 100, 300, 800, 2000, 5000];

/** Cuts shortly after the update announced itself. */
export function trialCuts(update: Image): readonly CutPoint[] {
  return TRIAL_MS.map((plusMs) => ({
    name: `after-${plusMs}-ms`,
    title: `Power is cut ${plusMs} ms after the update announced itself`,
    trigger: { kind: 'line', contains: `build ${update.buildId}`, plusMs },
  }));
}

/** Cuts at single flash operations of the return to the old image, or spread over its time where none can be counted. */
export function revertCuts(board: BoardFacts, seed: number): readonly CutPoint[] {
  return board.countsOperations ? countedCuts(board, seed) : REVERT_MS.map(timedCut);
}

function countedCuts(board: BoardFacts, seed: number): readonly CutPoint[] {
  return REVERT_POINTS[board.bootloader.kind].map(([index, tear]) => {
    const isTorn = tear === 'half-programmed';
    const how = isTorn ? 'torn' : tear;
    return {
      name: `operation-${index}-${how}`,
      title: `Power is cut ${isTorn ? 'inside' : tear} flash operation ${index} of the return`,
      trigger: { kind: 'operation', index, tear, seed: derivedSeed(seed, `revert ${index} ${how}`) },
    };
  });
}

function timedCut(ms: number): CutPoint {
  return {
    name: `reset-plus-${ms}-ms`,
    title: `Power is cut ${ms} ms after the reset that starts the return`,
    trigger: { kind: 'after', ms },
  };
}
