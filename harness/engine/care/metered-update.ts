import type { WearMeter } from '#core/board-care.ts';
import type { BoardFacts } from '#core/board.ts';
import type { UpdateTransport } from '#core/capabilities.ts';

/** The path whose writes the probe makes, and counts. */
const BY_PROBE = 'flash-staged';

/**
 * The same transport, with what the board erases by itself estimated: once where an image is received, and once in each
 * slot when it is installed. A swap that journals erases little more.
 */
export function meteredUpdate(update: UpdateTransport, board: BoardFacts, wear: WearMeter): UpdateTransport {
  const receiving = board.areas.find(({ name }) => name === board.updateArea);
  const slots = board.areas.filter(({ size }) => size === receiving?.size);
  let offered = 0;
  return {
    paths: update.paths,
    offer: async (image, options) => {
      offered = image.length;
      const path = options.path ?? update.paths[0];
      if (path !== BY_PROBE && receiving !== undefined) wear.erased(receiving.offset, image.length);
      return update.offer(image, options);
    },
    activate: async (options) => {
      for (const { offset } of slots) wear.erased(offset, offered);
      return update.activate(options);
    },
    confirm: (options) => update.confirm(options),
  };
}
