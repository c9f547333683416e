import { defineAttack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { digestOf } from '#core/digest.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { CATALOGUE } from '#fuzz/catalogue.ts';
import { NO_IDENTITY } from '#fuzz/mcuboot-hidden.ts';
import { forgeryName, type Forgery, type ForgeMaterial } from '#fuzz/forgery.ts';
import { areaAfter, castReadable, forgedImage, mainPath, updateImage } from '../cast.ts';
import { altered } from './altered.ts';
import { whyNot } from './applies.ts';
import { forgedMachine, type ForgedInput } from './machine.ts';
import { PURPOSES } from './purposes.ts';

/** What the forged image is a forgery of: newer than everything, so that no other defence stops it. */
const BASE: ImageSpec = { name: 'base 1.4.0', version: '1.4.0' };

function materialOf(board: BoardFacts, context: ScenarioContext): ForgeMaterial {
  const { firmware } = board;
  const area = board.areas.find(({ name }) => name === board.updateArea);
  return {
    keys: firmware.keys,
    areaSize: area?.size ?? firmware.slotSize,
    ...(firmware.maxImageSize === undefined ? {} : { room: firmware.maxImageSize }),
    build: (spec) => castReadable(board, context, { ...BASE, ...spec }).bytes,
  };
}

const forgedOf = new WeakMap<Image, Map<string, Image>>();

/** A forgery of a base: made once, since every path and every plan uses the same, and some have to be signed. */
function forgedOnce(forgery: Forgery, base: Image, board: BoardFacts, context: ScenarioContext): Image {
  const images = forgedOf.get(base) ?? new Map<string, Image>();
  forgedOf.set(base, images);
  const name = forgeryName(forgery);
  const known = images.get(name);
  if (known !== undefined) return known;
  const bytes = forgery.forge(base.bytes, materialOf(board, context));
  const image = forgedImage(board, `forged 1.4.0 (${forgery.id})`, base, bytes);
  images.set(name, image);
  return image;
}

function scenarioOf(
  forgery: Forgery,
  board: BoardFacts,
  context: ScenarioContext,
  path: string,
): Scenario<ForgedInput> {
  const notApplicable = whyNot(forgery, board, path);
  const base = castReadable(board, context, BASE);
  const forged = notApplicable === null ? forgedOnce(forgery, base, board, context) : base;
  // What crashes a boot loader shows as an outage only where no trial ends it after one boot.
  const crashes = forgery.attack === 'size-lies' || forgery.outage === true;
  const forGood = path === 'flash-staged' && crashes;
  const hidden = hiddenBy(forgery, board)?.[path];
  return {
    id: `corrupted-image/${forgery.attack}/${forgery.id}-${path}`,
    title: `${forgery.title}, by ${path}`,
    input: {
      golden: board.firmware.golden,
      forged,
      rescue: updateImage(board, context),
      path,
      mode: forGood ? 'permanent' : 'test',
      rescuePath: forGood ? mainPath(board) : path,
      area: areaAfter(board, 0),
      expect: forgery.expect,
      ...(forgery.guard === 'trial' ? { mayCrash: true } : {}),
      claim: claimOf(forgery),
      remark: remarkOf(forgery),
    },
    stimulus: forged.digest,
    control: `control/update/${path}`,
    forgery: forgeryName(forgery),
    exposes: aimsOf(forgery),
    ...(hidden === undefined ? {} : { hidden }),
    ...(notApplicable === null ? {} : { notApplicable }),
  };
}

/** Boot loaders that start the newest image whether or not it was marked. */
const NEEDS_NO_MARK: ReadonlySet<string> = new Set(['direct-xip', 'ram-load']);

/** What stands before the check on this board: mcumgr marks no image that it cannot name, where a mark is needed. */
function hiddenBy({ hidden }: Forgery, { bootloader }: BoardFacts): Forgery['hidden'] {
  return hidden === NO_IDENTITY && NEEDS_NO_MARK.has(bootloader.mode) ? undefined : hidden;
}

function claimOf({ changes, temptation, expect }: Forgery): string {
  const then =
    expect === 'refused'
      ? 'the image is refused and never runs, golden goes on, and a sound update still installs'
      : 'the image may run, since nothing that was signed has changed';
  return `${changes}; ${temptation}. Expected: ${then}`;
}

function remarkOf({ attack, id, expect, temptation, reference }: Forgery): ForgedInput['remark'] {
  if (expect === 'refused') return null;
  const source = reference === undefined ? {} : { reference };
  return { id: `${attack}/${id}`, class: 'remark', text: temptation, ...source };
}

/** Stands for an attack that has no forgery in this board's format, so that the report says so. */
function absent(purpose: string, board: BoardFacts, context: ScenarioContext): Scenario<ForgedInput> {
  const rescue = updateImage(board, context);
  const path = mainPath(board);
  return {
    id: `corrupted-image/${purpose}/none`,
    title: `No such forgery of an ${board.firmware.format} image`,
    input: {
      golden: board.firmware.golden,
      forged: rescue,
      rescue,
      path,
      mode: 'test',
      rescuePath: path,
      area: board.updateArea,
      expect: 'refused',
      claim: 'not run',
      remark: null,
    },
    stimulus: digestOf({ purpose, format: board.firmware.format }),
    control: `control/update/${path}`,
    notApplicable: `the ${board.firmware.format} format has nothing that this attack could forge`,
  };
}

/** The checks whose absence lets a forgery in. */
function aimsOf({ missing, reveals = [] }: Forgery): readonly string[] {
  return missing === null ? [] : [missing, ...reveals];
}

/** The checks that an attack's forgeries aim at, in any format. */
function exposedBy(attack: string): readonly string[] {
  const aimed = Object.values(CATALOGUE).flatMap((forgeries) =>
    forgeries.flatMap((forgery) => (forgery.attack === attack ? aimsOf(forgery) : [])),
  );
  return [...new Set(aimed)];
}

/** Attacks with forged images, one for each thing a forger may be after. */
const forgedAttacks = PURPOSES.map(({ id, title, why }) =>
  defineAttack({
    id: `corrupted-image/${id}`,
    family: 'corrupted-image',
    title,
    why,
    needs: ['update', 'identity', 'probe'],
    machine: forgedMachine,
    exposes: exposedBy(id),
    scenarios(board, context) {
      const forgeries = CATALOGUE[board.firmware.format].filter(({ attack }) => attack === id);
      if (forgeries.length === 0) return [absent(id, board, context)];
      return forgeries.flatMap((forgery) =>
        board.updatePaths.map((path) => scenarioOf(forgery, board, context, path)),
      );
    },
  }),
);

/** Images forged on their way, and the one that is changed where it lies. */
export const attacks = [...forgedAttacks, altered];
