import type { Standard } from '#core/record.ts';
import {
  ALTERED,
  DOWNGRADE,
  FORGED,
  mapped,
  MALFORMED,
  POWER_LOSS,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

/** Security functions and threats of PSA, levels 2 and 3. */
export const standard: Standard = {
  id: 'psa',
  title: 'PSA security functions and threats, levels 2 and 3',
  version: 'names as published by the scheme, read in 2026; no document version was reviewed',
  caveats: [
    'The scheme evaluates chips and platforms in its own laboratories: a run on a board is testing by a developer.',
    'The questions of level 1 were not reviewed: enter their ids as statements of your campaign.',
  ],
  clauses: [
    {
      id: 'F.FIRMWARE_UPDATE',
      paraphrase: 'Updates are verified before they are used.',
      status: null,
      attacks: [
        ...mapped('partial', 'A valid update installs.', VALID_UPDATE),
        ...mapped('direct', 'Unsigned, altered and foreign images are refused.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
        ...mapped('partial', 'Malformed images are refused.', MALFORMED),
      ],
      notCovered:
        'The design of the update service, and the components of the platform that it does not reach.',
    },
    {
      id: 'F.INITIALIZATION',
      paraphrase: 'The platform starts authentic and unaltered software only.',
      status: null,
      attacks: [
        ...mapped('partial', 'Images placed in flash behind the application.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
        ...ALTERED,
      ],
      notCovered: 'The immutable first stage and its keys, and other changes of an installed image.',
    },
    {
      id: 'F.SECURE_STATE',
      paraphrase: 'The platform keeps a secure state when something fails.',
      status: null,
      attacks: [
        ...mapped('partial', 'No forged image runs after a power cut.', ['power-loss/upload']),
        ...mapped('context', 'Which software runs after a cut.', ['power-loss/upgrade', 'power-loss/revert']),
        ...mapped('context', 'What becomes of the stored counter.', ['downgrade/counter-after-update']),
      ],
      notCovered: 'Failures other than loss of power in an update.',
    },
    {
      id: 'T.UPDATE_ABUSE',
      paraphrase: 'Threat: an attacker installs an old or altered image.',
      status: null,
      attacks: [
        ...mapped('direct', 'The threat itself, with older images.', DOWNGRADE),
        ...mapped('partial', 'Cuts in the middle of an update.', POWER_LOSS),
      ],
      notCovered: 'Attackers with physical means beyond those of the bench.',
    },
  ],
  untouched: ['F.DEBUG', 'F.AUDIT', 'F.ATTESTATION', 'T.DEBUG', 'T.ROGUE_CODE', 'T.FIRMWARE_ABUSE'],
};
