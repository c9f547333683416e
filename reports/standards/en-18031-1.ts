import type { Standard } from '#core/record.ts';
import {
  DOWNGRADE,
  FORGED,
  FUZZED,
  MALFORMED,
  mapped,
  ROLLBACK,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

/** EN 18031-1:2024, network protection under RED Article 3(3)(d). */
export const standard: Standard = {
  id: 'en-18031-1',
  title: 'EN 18031-1, radio equipment and the network',
  version: 'EN 18031-1:2024, cited with restrictions by Implementing Decision (EU) 2025/138',
  caveats: [
    'A test run gives evidence for functional sufficiency only; the conceptual assessment and the completeness check are separate, and without them no requirement is decided.',
    'Downgrade and power loss are not assessed by EN 18031: their results stand here as context and are not EN 18031 verdicts.',
    'Passing SUM-2 never closes RED Article 3(3)(f): its assessment criteria are excluded there by the citation.',
    'There is no presumption of conformity from the sections named rationale and guidance, nor for a product whose user may skip setting a password (6.2.5.1, 6.2.5.2).',
    'The delegated act behind this standard is repealed from 11 December 2027.',
  ],
  clauses: [
    {
      id: 'SUM-1',
      paraphrase: 'Software that affects assets can be updated.',
      status: null,
      attacks: [
        ...mapped(
          'direct',
          'Functional sufficiency: a newer image of the manufacturer installs and the version changes.',
          VALID_UPDATE,
        ),
        ...mapped('context', 'What happens when the installed update fails.', ROLLBACK),
      ],
      notCovered: 'Conceptual assessment, and parts of the software that are updated another way.',
    },
    {
      id: 'SUM-2',
      paraphrase: 'Only genuine and unaltered software is installed.',
      status: null,
      attacks: [
        ...mapped(
          'direct',
          'Unit AU.SUM-2.Sign, cases 2 to 5: unsigned, altered signature, altered image, foreign signer.',
          FORGED,
        ),
        ...mapped(
          'partial',
          'Unit AU.SUM-2.Sign, beside case 5: signers that only a careless check trusts.',
          WRONGLY_TRUSTED,
        ),
        ...mapped('context', 'Additional information: SUM-2 does not assess downgrade.', DOWNGRADE),
      ],
      notCovered:
        'Case 1 (choice of cryptography), the units SecChan and AccContMech, and the conceptual assessment of every path.',
    },
    {
      id: 'GEC-1',
      paraphrase: 'No exploitable vulnerability that is publicly known is left in.',
      status: null,
      attacks: [
        ...mapped(
          'context',
          'An older image with a known flaw would bring it back; GEC-1 has no downgrade case.',
          DOWNGRADE,
        ),
      ],
      notCovered:
        'The search for known vulnerabilities in components, and the justification of those left in.',
    },
    {
      id: 'GEC-6',
      paraphrase: 'Input over external interfaces is validated.',
      status: null,
      attacks: [
        ...mapped('direct', 'Functional sufficiency, case 2. No crash seen is not absence of flaws.', FUZZED),
        ...mapped('partial', 'Malformed images reach the image parser.', MALFORMED),
      ],
      notCovered:
        'Case 1 (validation as documented), interfaces the bench does not reach, and the completeness check.',
    },
  ],
};
