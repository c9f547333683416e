import type { Clause } from '#core/record.ts';
import {
  DOWNGRADE,
  FORGED,
  FUZZED,
  MALFORMED,
  mapped,
  POWER_LOSS,
  ROLLBACK,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './attacks.ts';

const SUM_1: Clause = {
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
};

const SUM_2: Clause = {
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
};

const GEC_1: Clause = {
  id: 'GEC-1',
  paraphrase: 'No exploitable vulnerability that is publicly known is left in.',
  status: null,
  attacks: mapped(
    'context',
    'An older image with a known flaw would bring it back; GEC-1 has no downgrade case.',
    DOWNGRADE,
  ),
  notCovered: 'The search for known vulnerabilities in components, and the justification of those left in.',
};

const GEC_6: Clause = {
  id: 'GEC-6',
  paraphrase: 'Input over external interfaces is validated.',
  status: null,
  attacks: [
    ...mapped('direct', 'Functional sufficiency, case 2. No crash seen is not absence of flaws.', FUZZED),
    ...mapped('partial', 'Malformed images reach the image parser.', MALFORMED),
  ],
  notCovered:
    'Case 1 (validation as documented), interfaces the bench does not reach, and the completeness check.',
};

/** GEC-8 is in part 3 only. */
export const GEC_8: Clause = {
  id: 'GEC-8',
  paraphrase: 'The equipment checks its own integrity when it starts.',
  status: null,
  attacks: [
    ...mapped('partial', 'Case 3: forged images placed in flash are refused by the boot loader.', [
      ...FORGED,
      ...WRONGLY_TRUSTED,
    ]),
    ...mapped('context', 'Whether a power cut opens a way around the check.', POWER_LOSS),
  ],
  notCovered:
    'Cases 1, 2 and 4 (documents, whether the check is on in the product, root of trust), images altered after their installation, and the completeness check.',
};

/** Requirements that all parts share. */
export const SHARED: readonly Clause[] = [SUM_1, SUM_2, GEC_1, GEC_6];

/** The same requirements, with what keeps a result of SUM-2 from counting under one Article. */
export function restricted(clauses: readonly Clause[], id: string, restriction: string): readonly Clause[] {
  return clauses.map((clause) => (clause.id === id ? Object.assign({}, clause, { restriction }) : clause));
}

/** What a reader must see whatever the part. */
export const RED_CAVEATS: readonly string[] = [
  'A test run gives evidence for functional sufficiency only; the conceptual assessment and the completeness check are separate, and without them no requirement is decided.',
  'Downgrade and power loss are not assessed by EN 18031: their results stand here as context and are not EN 18031 verdicts.',
  'Passing SUM-2 never closes RED Article 3(3)(f): its assessment criteria (6.3.2.4) are excluded there by the citation.',
  'There is no presumption of conformity from the sections named rationale and guidance, nor for a product whose user may skip setting a password (6.2.5.1, 6.2.5.2).',
  'The delegated act behind this standard is repealed from 11 December 2027.',
  'Ids and units were reviewed in a published test plan that quotes them, not in the standard itself: compare them with your copy.',
];
