import type { Standard } from '#core/record.ts';
import {
  COUNTER,
  FUZZED,
  MALFORMED,
  mapped,
  MISUSED,
  OLDER,
  POWER_LOSS,
  ROLLBACK,
} from './mapping/attacks.ts';

/** MITRE EMB3D, threats to embedded devices. */
export const standard: Standard = {
  id: 'mitre-emb3d',
  title: 'MITRE EMB3D, threats to embedded devices',
  version: 'threat ids as in the public repository of EMB3D, read in 2026; no release number was reviewed',
  caveats: [
    'EMB3D is a list of threats, not of requirements: a result says how this item took the threat on this bench.',
    'Fault injection (TID-105, TID-110) takes other instruments than a power switch: nothing is shown for it.',
  ],
  clauses: [
    {
      id: 'TID-211',
      paraphrase: 'Firmware is installed without authentication.',
      status: null,
      attacks: mapped('direct', 'An image without signature is offered.', ['corrupted-image/unsigned']),
      notCovered: 'Parts that take firmware another way.',
    },
    {
      id: 'TID-213',
      paraphrase: 'Verification of firmware is faulty.',
      status: null,
      attacks: [
        ...mapped('direct', 'Images that only a faulty verification takes.', [
          'corrupted-image/bit-flip',
          'corrupted-image/tampered',
        ]),
        ...mapped('partial', 'Malformed images, and parts used beyond their signature.', [
          ...MALFORMED,
          ...MISUSED,
        ]),
        ...mapped('context', 'Version and stored counter are played against each other.', COUNTER),
      ],
      notCovered: 'Faults that need other inputs than these.',
    },
    {
      id: 'TID-215',
      paraphrase: 'Keys that firmware is verified with are wrong or known.',
      status: null,
      attacks: mapped('partial', 'Signers that the item must not trust.', [
        'corrupted-image/foreign-key',
        'corrupted-image/development-key',
        'corrupted-image/key-in-image',
      ]),
      notCovered: 'How keys are made, kept and revoked.',
    },
    {
      id: 'TID-216',
      paraphrase: 'Firmware is rolled back to a vulnerable version (CWE-1328).',
      status: null,
      attacks: [
        ...mapped('direct', 'The threat itself.', OLDER),
        ...mapped('partial', 'Its variants with counters.', COUNTER),
      ],
      notCovered: 'Which older versions are vulnerable.',
    },
    {
      id: 'TID-217',
      paraphrase: 'An update is used to deny service.',
      status: null,
      attacks: mapped('partial', 'An update that fails, or is interrupted, leaves the item alive.', [
        ...ROLLBACK,
        ...POWER_LOSS,
      ]),
      notCovered: 'Repeated or withheld updates.',
    },
    {
      id: 'TID-404',
      paraphrase: 'A message locks the device up.',
      status: null,
      attacks: mapped('partial', 'The item answers valid input after each malformed one.', FUZZED),
      notCovered: 'Sequences longer than those sent, and floods.',
    },
  ],
  untouched: ['TID-119', 'TID-201', 'TID-405'],
};
