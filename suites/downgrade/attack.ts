import { defineAttack, type Attack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { areaAfter } from '../cast.ts';
import { whyNotApplicable, type Defence } from './applies.ts';
import { downgradeMachine, type DowngradeInput } from './machine.ts';
import {
  forgedOlder,
  goldenAgain,
  olderForgery,
  olderThanClimb,
  olderThanGolden,
  type OlderImage,
} from './older-images.ts';

/** One way in which an image is older. */
interface Variant {
  /** Last part of the scenario id, before the path; empty: the path alone. */
  readonly name?: string;
  readonly title: string;
  /** What a sound board does. */
  readonly claim: string;
  readonly defences: readonly Defence[];
  readonly make: (board: BoardFacts, context: ScenarioContext) => OlderImage;
  readonly expect?: (board: BoardFacts) => 'refused' | 'runs';
  /** Name of the forgery it is, where each path must show the flaw that the forgery aims at. */
  readonly forgery?: string;
}

function scenarioOf(
  attack: string,
  variant: Variant,
  board: BoardFacts,
  context: ScenarioContext,
  path: string,
): Scenario<DowngradeInput> {
  const notApplicable = whyNotApplicable(variant.defences, board, path);
  // What makes no sense on a board cannot always be built for it either.
  const { climb, older } =
    notApplicable === null ? variant.make(board, context) : { climb: null, older: board.firmware.golden };
  const expect = variant.expect?.(board) ?? 'refused';
  return {
    id: `downgrade/${attack}/${variant.name === undefined ? '' : `${variant.name}-`}${path}`,
    title: `${variant.title}, by ${path}`,
    input: {
      golden: board.firmware.golden,
      climb,
      older,
      path,
      area: areaAfter(board, climb === null ? 0 : 1),
      expect,
      claim: expect === 'runs' ? 'this board declares to take such an image' : variant.claim,
    },
    stimulus: older.digest,
    control: `control/update/${path}`,
    ...(notApplicable === null ? aimOf(variant, board) : { notApplicable }),
  };
}

function aimOf({ forgery: name }: Variant, board: BoardFacts): Pick<Scenario, 'forgery' | 'exposes'> {
  if (name === undefined) return {};
  const { missing } = olderForgery(board, name);
  return { forgery: name, exposes: missing === null ? [] : [missing] };
}

function downgrade(
  name: string,
  title: string,
  why: string,
  exposes: readonly string[],
  ...variants: readonly Variant[]
): Attack {
  return defineAttack({
    id: `downgrade/${name}`,
    family: 'downgrade',
    title,
    why,
    needs: ['update', 'identity', 'probe', 'power'],
    machine: downgradeMachine,
    exposes,
    scenarios: (board, context) =>
      variants.flatMap((variant) =>
        board.updatePaths.map((path) => scenarioOf(name, variant, board, context, path)),
      ),
  });
}

const NO_VERSION_CHECK = [
  'mcuboot/no-version-check',
  'mcuboot/version-major-only',
  'esp-idf/version-not-compared',
];
const NO_COUNTER_CHECK = ['mcuboot/counter-not-checked', 'esp-idf/efuse-not-checked'];

/** Attacks that bring old, signed, vulnerable firmware back. */
export const attacks = [
  downgrade(
    'older-version',
    'An older release is refused',
    'Old releases stay validly signed for ever, with all the holes that were closed since. Whoever can offer an update can offer one of them. A sound board compares versions and keeps what it has; the very same version it takes or refuses as it declares.',
    NO_VERSION_CHECK,
    {
      title: 'Version 1.1.0 is offered where 1.2.0 runs',
      claim: 'an image with a lower version is refused and never runs',
      defences: ['version'],
      make: forgedOlder('older-version/older'),
    },
    {
      name: 'equal',
      title: 'Another image of the very version that runs is offered',
      claim: 'an image with the version that already runs is refused',
      defences: ['version'],
      make: olderThanGolden('same version', () => ({ version: '1.2.0' })),
      expect: ({ protections }) => (protections.acceptsEqualVersion ? 'runs' : 'refused'),
    },
  ),
  downgrade(
    'multi-digit-version',
    'Version 1.9.0 is older than 1.20.0',
    'Compared as text, 1.9.0 comes after 1.20.0. The mistake hides until the first two-digit release, and then every older release looks newer.',
    [...NO_VERSION_CHECK, 'esp-idf/version-compared-as-text'],
    {
      title: 'Version 1.9.0 is offered where 1.20.0 runs',
      claim: 'versions are compared as numbers: 1.9.0 is refused',
      defences: ['version'],
      make: olderThanClimb(
        () => ({ version: '1.20.0' }),
        () => ({ version: '1.9.0' }),
      ),
    },
  ),
  downgrade(
    'build-number',
    'An older build of the same version is refused',
    'Many products ship several builds under one version, fixes included. Where builds count, going back from build 7 to build 3 is a downgrade like any other.',
    ['mcuboot/build-number-ignored', ...NO_VERSION_CHECK],
    {
      title: 'Build 3 is offered where build 7 of the same version runs',
      claim: 'an image with a lower build number is refused and never runs',
      defences: ['build-number', 'version'],
      make: olderThanClimb(
        () => ({ version: '1.2.0+7' }),
        () => ({ version: '1.2.0+3' }),
      ),
    },
  ),
  downgrade(
    'older-counter',
    'A lower security counter is refused under a higher version',
    'The security counter says which holes are closed, whatever the version says: a release branched from old code can carry a new version number. A sound board refuses a counter below the one it stored.',
    [...NO_COUNTER_CHECK, 'esp-idf/bootloader-skips-secure-version'],
    {
      title: 'Version 1.4.0 with a counter one below the stored one is offered',
      claim: 'an image with a lower security counter is refused, whatever its version',
      defences: ['counter'],
      make: forgedOlder('older-counter/rewound'),
    },
  ),
  downgrade(
    'newer-counter',
    'A higher security counter does not excuse an older version',
    'Two defences must both hold. If a good counter were enough, an image of an old version built with a new counter would slip past the version check.',
    NO_VERSION_CHECK,
    {
      title: 'Version 1.1.0 with a counter one above the stored one is offered',
      claim: 'a lower version is refused, however high its security counter',
      defences: ['version'],
      make: olderThanGolden('older', (counter) => ({ version: '1.1.0', securityCounter: counter + 1 })),
    },
  ),
  downgrade(
    'replay',
    'The image just replaced cannot come back',
    'The easiest old image to get is the one the device ran a minute ago: it may still lie in the other slot, and every capture of the last update holds it. Once its successor is confirmed, a sound board refuses it.',
    NO_VERSION_CHECK,
    {
      title: 'The image that a confirmed update replaced is offered again',
      claim: 'the replaced image is refused and never runs again',
      defences: ['version'],
      make: goldenAgain,
    },
  ),
  downgrade(
    'counter-after-update',
    'The stored counter follows a confirmed update',
    'A counter that is checked but never raised protects against yesterday’s holes for ever and against today’s never. After an update with a higher counter was confirmed, the former counter must be refused.',
    [
      ...NO_COUNTER_CHECK,
      'mcuboot/counter-never-advanced',
      'esp-idf/efuse-never-burned',
      'esp-idf/bootloader-skips-secure-version',
    ],
    {
      title: 'The former counter is offered after an update raised it',
      claim: 'after an update with a higher counter was confirmed, the former counter is refused',
      defences: ['counter'],
      make: olderThanClimb(
        (counter) => ({ version: '1.3.0', securityCounter: counter + 1 }),
        (counter) => ({ version: '1.4.0', securityCounter: counter }),
      ),
    },
  ),
  downgrade(
    'missing-counter',
    'An image without a security counter is refused',
    'If a missing counter meant nothing to check, leaving it out would be the way around the counter. A sound board that counts insists on the entry.',
    ['mcuboot/counter-missing-accepted', 'mcuboot/unprotected-tlv-accepted'],
    {
      title: 'A signed image without a security counter is offered',
      claim: 'an image without a security counter is refused',
      defences: ['counter', 'counter-presence'],
      make: forgedOlder('missing-counter/uncounted'),
      forgery: 'missing-counter/uncounted',
    },
    {
      name: 'unsigned',
      title: 'A signed image with a security counter outside the signature is offered',
      claim: 'a security counter that nobody signed counts for nothing, and the image is refused',
      defences: ['counter', 'counter-presence'],
      make: forgedOlder('missing-counter/unsigned-counter'),
      forgery: 'missing-counter/unsigned-counter',
    },
  ),
];
