import type { Standard } from '#core/record.ts';
import { FORGED, mapped, VALID_UPDATE, WRONGLY_TRUSTED } from './mapping/attacks.ts';

/** NIST IR 8425 (2022), the consumer IoT product baseline. */
export const standard: Standard = {
  id: 'nist-ir-8425',
  title: 'NIST IR 8425, consumer IoT product baseline',
  version: 'NIST IR 8425 (September 2022)',
  caveats: [
    'IR 8425 has no official short ids: `IR8425/<capability>/<n>` is the position in its list, used by this report only.',
    'No criterion on downgrade and none on power loss was found in IR 8425: those results are not mapped here.',
    'The documentation and information criteria cannot be tested on a bench.',
    'For the U.S. Cyber Trust Mark only a recognised CyberLAB may test; this is material for the time before that.',
  ],
  clauses: [
    {
      id: 'IR8425/Software Update/1',
      paraphrase: 'Components can receive, verify and apply verified updates.',
      status: null,
      attacks: [
        ...mapped('partial', 'A valid update installs.', VALID_UPDATE),
        ...mapped('partial', 'What does not verify is not applied.', [...FORGED, ...WRONGLY_TRUSTED]),
      ],
      notCovered: 'Components of the product other than the board tested, such as apps and services.',
    },
    {
      id: 'IR8425/Software Update/2',
      paraphrase: 'Components are kept up to date.',
      status: null,
      attacks: [...mapped('context', 'Shows only that an update can be made.', VALID_UPDATE)],
      notCovered: 'When and how the product looks for updates, and what its owner is told.',
    },
  ],
  untouched: ['IR8425/Product Configuration/1', 'IR8425/Product Configuration/2'],
};
