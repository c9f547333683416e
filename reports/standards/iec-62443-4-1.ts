import type { Standard } from '#core/record.ts';
import {
  DOWNGRADE,
  FORGED,
  FUZZED,
  mapped,
  MALFORMED,
  POWER_LOSS,
  VALID_UPDATE,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

/** IEC 62443-4-1:2018, practice 5: security verification and validation testing. */
export const standard: Standard = {
  id: 'iec-62443-4-1',
  title: 'IEC 62443-4-1, security verification and validation',
  version: 'IEC 62443-4-1:2018, practice SVV',
  caveats: [
    'The practice is about a process: a run is one product of it and does not show that the process exists.',
    'Ids were reviewed in public mappings, not in the standard itself: compare them with your copy.',
  ],
  clauses: [
    {
      id: 'SVV-1',
      paraphrase: 'Security requirements are tested, at their boundaries and under stress too.',
      status: null,
      attacks: [
        ...mapped('direct', 'The update mechanism does what it is for.', VALID_UPDATE),
        ...mapped('partial', 'The mechanism under loss of power.', POWER_LOSS),
      ],
      notCovered: 'All requirements other than those on updates.',
    },
    {
      id: 'SVV-2',
      paraphrase: 'The mitigation of each threat in the threat model is tested.',
      status: null,
      attacks: [
        ...mapped('direct', 'An attempt to defeat the protection against older images.', DOWNGRADE),
        ...mapped('partial', 'An attempt to defeat the verification of images.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
      ],
      notCovered: 'The threat model, and threats beside the update path.',
    },
    {
      id: 'SVV-3',
      paraphrase: 'Vulnerabilities are looked for: malformed input, attack surface, known ones, composition.',
      status: null,
      attacks: mapped('direct', 'Malformed input on the interfaces of the bench.', [...FUZZED, ...MALFORMED]),
      notCovered: 'Attack surface, known vulnerabilities, composition and dynamic analysis.',
    },
    {
      id: 'SVV-5',
      paraphrase: 'Testers are independent of those who made the product.',
      status: null,
      attacks: mapped(
        'context',
        'The campaign says whether the laboratory is independent; the run cannot tell.',
        VALID_UPDATE,
      ),
      notCovered: 'Everything: it is a statement about people.',
    },
  ],
  untouched: ['SVV-4'],
};
