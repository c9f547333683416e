import type { Clause } from '#core/record.ts';
import {
  DOWNGRADE,
  FORGED,
  FUZZED,
  MALFORMED,
  mapped,
  MISUSED,
  POWER_LOSS,
  ROLLBACK,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './attacks.ts';

/** What differs between editions of EN 303 645 in the provisions that tests bear on. */
export interface Edition {
  /** Provision on input over network interfaces, and its functional test case with unit. */
  readonly input: { readonly id: string; readonly unit: string };
}

const UPDATE: Clause = {
  id: '5.3-2',
  paraphrase: 'A device that is not too constrained has a secure way to install updates.',
  status: 'shall',
  attacks: [
    ...mapped('partial', 'A valid update installs; context for test case 5.3-2-2.', VALID_UPDATE),
    ...mapped(
      'direct',
      'Test case 5.3-2-2 a, b: altered, unsigned and foreign images are among its sample attacks.',
      [...FORGED, ...WRONGLY_TRUSTED],
    ),
    ...mapped('partial', 'Test case 5.3-2-2: components swapped, wrong target, malformed images.', [
      ...MISUSED,
      ...MALFORMED,
    ]),
    ...mapped(
      'partial',
      'Direct for test case 5.3-2-2: installing an older version is one of its sample attacks.',
      DOWNGRADE,
    ),
    ...mapped('partial', 'Test case 5.3-2-2: recovery when the new image does not prove itself.', ROLLBACK),
    ...mapped(
      'partial',
      'Test case 5.3-2-2: going on after an interrupted step is one of its sample attacks.',
      POWER_LOSS,
    ),
  ],
  notCovered:
    'The conceptual test case 5.3-2-1, update mechanisms the bench does not drive, and the server side of the update.',
};

const VERIFICATION: readonly Clause[] = [
  {
    id: '5.3-9',
    paraphrase: 'The device itself checks that an update is genuine and unaltered.',
    status: 'should',
    attacks: mapped(
      'context',
      'TS 103 701 tests this clause on paper only; the run is supporting material.',
      [...FORGED, ...WRONGLY_TRUSTED],
    ),
    notCovered: 'The conceptual test case, which alone decides this clause.',
  },
  {
    id: '5.3-10',
    paraphrase: 'Updates over a network are verified through a relationship of trust.',
    status: 'shall',
    attacks: mapped(
      'partial',
      'Unsigned and foreign images are offered; test case 5.3-10-1 also searches for undocumented paths.',
      [...FORGED, ...WRONGLY_TRUSTED],
    ),
    notCovered: 'Changes in transit, a rogue server, and the search for undocumented update paths.',
  },
  {
    id: '5.7-1',
    paraphrase: 'Software is verified by secure boot mechanisms.',
    status: 'should',
    attacks: [
      ...mapped(
        'partial',
        'Test case 5.7-1-2: images placed in flash behind the application reach the boot loader alone.',
        [...FORGED, ...WRONGLY_TRUSTED],
      ),
      ...mapped('partial', 'Test case 5.7-1-2: a forged image does not run, whenever power is cut.', [
        'power-loss/upload',
      ]),
    ],
    notCovered:
      'Altered boot loaders, the root of trust in fuses, and the documents on how the boot is verified.',
  },
];

const OUTAGE: readonly Clause[] = [
  {
    id: '5.9-1',
    paraphrase: 'The device is built to withstand outages of network and power.',
    status: 'should',
    attacks: [
      ...mapped('partial', 'Test case 5.9-1-2 b: power is cut during an update only.', POWER_LOSS),
      ...mapped('context', 'The way back from an update that fails.', ROLLBACK),
    ],
    notCovered: 'Network outages, brown-out, and power cuts in normal operation.',
  },
  {
    id: '5.9-2',
    paraphrase: 'The device works locally without network and recovers cleanly when power returns.',
    status: 'should',
    attacks: mapped(
      'context',
      'Cuts fall into update phases; test case 5.9-2-2 b asks about normal operation.',
      POWER_LOSS,
    ),
    notCovered: 'Local operation without network, and the state of settings and data after a cut.',
  },
];

function inputClause({ input: { id, unit } }: Edition): Clause {
  return {
    id,
    paraphrase: 'Input over network interfaces is validated by the software that takes it.',
    status: 'shall',
    attacks: mapped(
      'direct',
      `Test case ${unit}, application layer only. No crash seen is not absence of flaws.`,
      FUZZED,
    ),
    notCovered:
      'Interfaces the bench does not reach, link layers, and whether the documented interfaces are all there are.',
  };
}

/** Provisions of EN 303 645 that tests bear on. */
export function provisions(edition: Edition): readonly Clause[] {
  return [UPDATE, ...VERIFICATION, ...OUTAGE, inputClause(edition)];
}

/** What a reader must see whatever the edition. */
export const ETSI_CAVEATS: readonly string[] = [
  'A provision marked "should" is a recommendation: a failure there needs a recorded reason, not a verdict on the product.',
  'EN 303 645 does not ask for protection against downgrade by itself; it enters as an attack on the update mechanism (test case 5.3-2-2).',
  'The conceptual parts of TS 103 701 (ICS, IXIT, documents) are not part of a run; what a campaign states of them is printed beside the clause.',
  'Whether a provision applies is decided in the ICS, not by a test.',
];
