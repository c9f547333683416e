import type { Clause, Standard } from '#core/record.ts';
import {
  ALTERED,
  COUNTER,
  FORGED,
  FUZZED,
  MALFORMED,
  mapped,
  OLDER,
  POWER_LOSS,
  ROLLBACK,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

const COMPONENT: readonly Clause[] = [
  {
    id: 'CR 3.4',
    paraphrase: 'Integrity of software and information is checked.',
    status: null,
    attacks: [
      ...mapped('partial', 'Every region of an image is changed in turn.', [
        'corrupted-image/bit-flip',
        'corrupted-image/tampered',
      ]),
      ...mapped('partial', 'A half-written image never runs.', ['power-loss/upgrade', 'power-loss/revert']),
    ],
    notCovered: 'Integrity of information, and notices of a violation (RE2).',
  },
  {
    id: 'CR 3.5',
    paraphrase: 'Input is validated.',
    status: null,
    attacks: [
      ...mapped('direct', 'Malformed input over the wireless and management interfaces.', FUZZED),
      ...mapped('partial', 'Malformed images reach the image parser.', MALFORMED),
    ],
    notCovered: 'Interfaces that the bench does not reach. No crash seen is not absence of flaws.',
  },
  {
    id: 'CR 3.6',
    paraphrase: 'Outputs take a predetermined state when normal operation fails.',
    status: null,
    attacks: mapped('context', 'Which software runs after a cut; outputs are not watched.', POWER_LOSS),
    notCovered: 'The outputs themselves.',
  },
  {
    id: 'CR 7.4',
    paraphrase: 'The component recovers to a known secure state after disruption or failure.',
    status: null,
    attacks: [
      ...mapped('direct', 'The last good image comes back after an update that fails.', ROLLBACK),
      ...mapped('direct', 'Old or new image, whole, after power fails anywhere in an update.', POWER_LOSS),
    ],
    notCovered: 'Settings and keys after recovery, and disruptions outside an update.',
  },
];

const EMBEDDED: readonly Clause[] = [
  {
    id: 'EDR 3.2',
    paraphrase: 'The device is protected from malicious code.',
    status: null,
    attacks: [
      ...mapped('partial', 'Code of a stranger is refused.', ['corrupted-image/foreign-key']),
      ...mapped('partial', 'Old code with known weaknesses is refused.', OLDER),
    ],
    notCovered: 'Code that comes any other way than as an image.',
  },
  {
    id: 'EDR 3.10',
    paraphrase: 'The device supports updates.',
    status: null,
    attacks: [
      ...mapped('direct', 'A valid update installs.', VALID_UPDATE),
      ...mapped('partial', 'Rollback protection is mapped here by EMB3D (MID-030), not asked for by name.', [
        ...OLDER,
        ...COUNTER,
      ]),
      ...mapped('partial', 'Power fails while an update, or its counter, is written.', [
        'power-loss/upgrade',
      ]),
    ],
    notCovered: 'Update policy and updates of parts the bench does not drive.',
  },
  {
    id: 'EDR 3.10 RE1',
    paraphrase: 'Authenticity and integrity of updates are verified.',
    status: null,
    attacks: mapped('direct', 'Unsigned, altered and foreign images are refused.', [
      ...FORGED,
      ...WRONGLY_TRUSTED,
    ]),
    notCovered: 'The choice of cryptography and the handling of keys.',
  },
  {
    id: 'EDR 3.14',
    paraphrase: 'Integrity of the boot process is verified (RE1: authenticity).',
    status: null,
    attacks: [
      ...mapped('partial', 'Images placed in flash behind the application, with and without power cuts.', [
        ...FORGED,
        ...WRONGLY_TRUSTED,
        'power-loss/upload',
      ]),
      ...ALTERED,
    ],
    notCovered: 'Altered boot loaders, other changes of an installed image, and the root of trust.',
  },
];

/** IEC 62443-4-2:2019, requirements for embedded devices. */
export const standard: Standard = {
  id: 'iec-62443-4-2',
  title: 'IEC 62443-4-2, components of industrial automation',
  version: 'IEC 62443-4-2:2019, embedded device',
  caveats: [
    'Ids and titles were reviewed in public mappings, not in the standard itself: compare them with your copy.',
    'No requirement asks for protection against downgrade by name.',
    'CR 7.5 (emergency power) has no requirement for a component: power-loss results stand at CR 7.4, CR 3.4 and EDR 3.14.',
    'Which requirements apply follows from the capability security level, which is not part of a run.',
    'Cutting power is no fault injection: nothing is shown for EDR 3.11.',
  ],
  clauses: [...COMPONENT, ...EMBEDDED],
  untouched: [
    'CR 2.8',
    'CR 3.1',
    'CR 3.8',
    'CR 7.1',
    'CR 7.2',
    'CR 7.3',
    'EDR 2.13',
    'EDR 3.11',
    'EDR 3.12',
    'EDR 3.13',
  ],
};
