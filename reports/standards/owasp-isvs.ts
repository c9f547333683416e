import type { Clause, Standard } from '#core/record.ts';
import {
  ALTERED,
  COUNTER,
  FORGED,
  FUZZED,
  mapped,
  OLDER,
  POWER_LOSS,
  ROLLBACK,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

const BOOT: Clause = {
  id: '3.1.5',
  paraphrase: 'Later boot stages are verified (level 2).',
  status: null,
  attacks: [
    ...mapped('partial', 'Images placed in flash behind the application.', [...FORGED, ...WRONGLY_TRUSTED]),
    ...ALTERED,
  ],
  notCovered: 'Other changes of an installed image, and stages the bench does not reach.',
};

const UPDATES: readonly Clause[] = [
  {
    id: '3.4.2',
    paraphrase: 'Updates come by themselves, on a schedule (level 1).',
    status: null,
    attacks: mapped('context', 'Shows only that an update can be made.', VALID_UPDATE),
    notCovered: 'Schedule and automation.',
  },
  {
    id: '3.4.3',
    paraphrase: 'Updates are signed and verified (level 1).',
    status: null,
    attacks: mapped('direct', 'Unsigned, altered and foreign images are refused.', [
      ...FORGED,
      ...WRONGLY_TRUSTED,
    ]),
    notCovered: 'The choice of cryptography.',
  },
  {
    id: '3.4.6',
    paraphrase: 'Older firmware cannot come back (level 3).',
    status: null,
    attacks: [
      ...mapped('direct', 'Older authentic images are offered on every path.', OLDER),
      ...mapped('partial', 'Version and stored counter are played against each other.', COUNTER),
      ...mapped('context', 'Power fails while the counter advances.', ['power-loss/upgrade']),
    ],
    notCovered: 'Returns by those who are authorised, which other catalogues ask for.',
  },
  {
    id: '3.4.7',
    paraphrase: 'A failed update ends in a backup image or a notice (level 1).',
    status: null,
    attacks: [
      ...mapped('direct', 'The last good image comes back after an update that fails.', ROLLBACK),
      ...mapped('direct', 'Old or new image, whole, after power fails anywhere in an update.', POWER_LOSS),
    ],
    notCovered: 'Notices to the user.',
  },
  {
    id: '3.4.8',
    paraphrase: 'Unsigned builds, such as those for debugging, do not install (level 1).',
    status: null,
    attacks: mapped('direct', 'An image without signature is refused.', ['corrupted-image/unsigned']),
    notCovered: 'Whether the item is a debug build itself.',
  },
];

const RADIO: Clause = {
  id: '4.4',
  paraphrase: 'The chapter on network interfaces; no requirement on malformed input was found.',
  status: null,
  attacks: mapped('context', 'Malformed messages over management and network interfaces.', FUZZED),
  notCovered: 'The requirements of the chapter, which are about configuration and cryptography.',
};

/** OWASP ISVS 1.0 (4 October 2025). */
export const standard: Standard = {
  id: 'owasp-isvs',
  title: 'OWASP IoT Security Verification Standard',
  version: 'ISVS 1.0 (4 October 2025)',
  caveats: [
    'Drafts before 1.0 numbered their requirements differently.',
    'A level says who should ask for a requirement, not how well it is met.',
    'Cutting power is no glitching: nothing is shown for 5.1.9.',
  ],
  clauses: [BOOT, ...UPDATES, RADIO],
  untouched: ['3.1.2', '3.1.3', '3.1.4', '3.4.4', '3.4.5', '3.4.10', '3.4.12', '5.1.1', '5.1.5', '5.1.9'],
};
