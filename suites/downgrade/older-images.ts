import type { ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { InternalError } from '#core/errors.ts';
import { CATALOGUE } from '#fuzz/catalogue.ts';
import { forgeryName, type Forgery, type ForgeMaterial } from '#fuzz/forgery.ts';
import { castImage, castReadable, forgedImage } from '../cast.ts';

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

/** Golden itself, after an update replaced it, as a capture of its update holds it: encrypted where updates are. */
export const goldenAgain: Make = (board, context) => {
  const { firmware } = board;
  const { golden } = firmware;
  return {
    climb: castImage(board, context, named('newer', { version: '1.3.0' })),
    older:
      firmware.buildReadable === undefined
        ? golden
        : { ...firmware.build(firmware.goldenSpec), name: golden.name },
  };
};

/** A forgery of an image that is newer in every other respect, out of the catalogue. */
export function forgedOlder(name: string): Make {
  return (board, context) => {
    const base = castReadable(board, context, named('base', { version: '1.4.0' }));
    const forgery = olderForgery(board, name);
    const bytes = forgery.forge(base.bytes, materialOf(board, context));
    return { climb: null, older: forgedImage(board, `forged (${name})`, base, bytes) };
  };
}

/** A forgery for downgrade attacks, by its name; InternalError where this board's format has none of that name. */
export function olderForgery({ firmware }: BoardFacts, name: string): Forgery {
  const known = CATALOGUE[firmware.format].filter(({ family }) => family === 'downgrade');
  const forgery = known.find((candidate) => forgeryName(candidate) === name);
  if (forgery !== undefined) return forgery;
  throw new InternalError({
    code: 'forgery-unknown',
    message: `there is no forgery ${name} of ${firmware.format} images`,
    expected: known.map(forgeryName).join(', '),
    remedy: 'name one out of the catalogue, or say why the attack does not apply',
  });
}

function materialOf(board: BoardFacts, context: ScenarioContext): ForgeMaterial {
  const { keys, slotSize } = board.firmware;
  const build = (spec: Partial<ImageSpec>) =>
    castReadable(board, context, named('forged', { version: '1.4.0', ...spec })).bytes;
  return { keys, areaSize: slotSize, build };
}
