import type { Standard } from '#core/record.ts';
import {
  ALTERED,
  DOWNGRADE,
  FORGED,
  mapped,
  MALFORMED,
  ROLLBACK,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

/** SESIP (EN 17927:2023), security functional requirements by name. */
export const standard: Standard = {
  id: 'sesip',
  title: 'SESIP, EN 17927',
  version: 'EN 17927:2023 and GP_FST_070, requirements by name',
  caveats: [
    'The scheme evaluates platforms in licensed laboratories, by documents, code and tests: a run on a board is testing by a developer.',
    'Cutting power is no fault injection: nothing is shown for Physical Attacker Resistance.',
  ],
  clauses: [
    {
      id: 'Secure Update of Platform',
      paraphrase: 'The platform can be updated, and only by authentic images.',
      status: null,
      attacks: [
        ...mapped('partial', 'A valid update installs.', VALID_UPDATE),
        ...mapped('direct', 'Unsigned, altered and foreign images are refused.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
        ...mapped('partial', 'Older authentic images are refused.', DOWNGRADE),
        ...mapped('partial', 'Malformed images are refused.', MALFORMED),
        ...mapped('partial', 'Power fails while an image is moved.', [
          'power-loss/upgrade',
          'power-loss/revert',
        ]),
        ...mapped('context', 'Power fails in the transfer.', ['power-loss/upload']),
        ...mapped('context', 'The way back from an update that fails.', ROLLBACK),
      ],
      notCovered: 'Updates of other parts of the platform, and the analysis of design and code.',
    },
    {
      id: 'Secure Initialization of Platform',
      paraphrase: 'The platform verifies itself when it starts.',
      status: null,
      attacks: [
        ...mapped('partial', 'Images placed in flash behind the application.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
        ...ALTERED,
      ],
      notCovered: 'The first stage, its keys, and other changes of an installed image.',
    },
  ],
  untouched: [
    'Secure Debugging',
    'Secure Communication Support',
    'Secure Storage',
    'Residual Information Purging',
    'Audit Log',
    'Factory Reset',
  ],
};
