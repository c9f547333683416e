import type { ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { uncounted } from '#fuzz/forge-mcuboot-unprotected.ts';
import { castImage, forgedImage } from '../cast.ts';

/** Something older to go back to, and what has to be in place first. */
export interface OlderImage {
  readonly climb: Image | null;
  readonly older: Image;
}

type Make = (board: BoardFacts, context: ScenarioContext) => OlderImage;

/** Counter of the golden image, which the hardware counter stands at when a scenario starts. */
function counterOf({ firmware }: BoardFacts): number {
  return firmware.goldenSpec.securityCounter ?? 0;
}

function named(what: string, spec: ImageSpec): ImageSpec {
  return { ...spec, name: `${what} ${spec.version}` };
}

/** An older image, validly signed, offered to golden. */
export function olderThanGolden(what: string, spec: (counter: number) => ImageSpec): Make {
  return (board, context) => ({
    climb: null,
    older: castImage(board, context, named(what, spec(counterOf(board)))),
  });
}

/** A newer image first, then one that is older than that. */
export function olderThanClimb(
  climb: (counter: number) => ImageSpec,
  older: (counter: number) => ImageSpec,
): Make {
  return (board, context) => ({
    climb: castImage(board, context, named('newer', climb(counterOf(board)))),
    older: castImage(board, context, named('older', older(counterOf(board)))),
  });
}

/** Golden itself, after an update replaced it: byte for byte what the board used to run. */
export const goldenAgain: Make = (board, context) => ({
  climb: castImage(board, context, named('newer', { version: '1.3.0' })),
  older: board.firmware.golden,
});

/** A newer image whose signer left the security counter out. */
export const withoutCounter: Make = (board, context) => {
  const base = castImage(board, context, named('uncounted', { version: '1.4.0' }));
  const bytes = uncounted(base.bytes, board.firmware);
  return { climb: null, older: forgedImage(board, base.name, base, bytes) };
};
