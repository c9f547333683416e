import type { Standard } from '#core/record.ts';
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
} from './mapping/attacks.ts';

/** Regulation (EU) 2024/2847 (Cyber Resilience Act), Annex I parts I and II. */
export const standard: Standard = {
  id: 'cra-annex-i',
  title: 'EU Cyber Resilience Act, Annex I',
  version: 'Regulation (EU) 2024/2847, text of the Official Journal of 20 November 2024',
  caveats: [
    'No standard gave presumption of conformity with the Act when this mapping was reviewed (October 2026), and no test run can.',
    'Which of the requirements (2)(a) to (m) apply follows from the risk assessment, which is not part of a run.',
    'A failed test makes a vulnerability known to its manufacturer (Commission guidance C(2026) 5252, point 234).',
    'Results may serve as test reports in the technical file (Annex VII, point 6).',
    'Drafts such as the EN 40000 series and EN 304 623 (boot managers) are not mapped: at best a product may be called aligned with a draft, and never more.',
  ],
  clauses: [
    {
      id: 'I(2)(a)',
      paraphrase: 'Made available without known exploitable vulnerabilities.',
      status: 'shall',
      attacks: [
        ...mapped('partial', 'An older image, whose flaws may be known, cannot be brought back.', DOWNGRADE),
      ],
      notCovered: 'The search for known vulnerabilities in the shipped version.',
    },
    {
      id: 'I(2)(c)',
      paraphrase: 'Vulnerabilities can be dealt with by updates, automatic by default where fitting.',
      status: 'shall',
      attacks: [...mapped('direct', 'A valid update installs and runs.', VALID_UPDATE)],
      notCovered: 'Automatic updates, notices, postponing and opting out, and the support policy.',
    },
    {
      id: 'I(2)(f)',
      paraphrase:
        'Programs, data, commands and configuration are protected from change; corruption is reported.',
      status: 'shall',
      attacks: [
        ...mapped('direct', 'Integrity of programs: altered, unsigned and foreign images are refused.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
        ...mapped('partial', 'Malformed images and images used beyond their signature are refused.', [
          ...MISUSED,
          ...MALFORMED,
        ]),
        ...mapped('partial', 'An authentic but older program is refused.', DOWNGRADE),
        ...mapped('partial', 'A half-written program never runs, and no check is lost to a cut.', POWER_LOSS),
      ],
      notCovered:
        'Integrity of data, commands and configuration, reporting of corruption, and management of keys.',
    },
    {
      id: 'I(2)(h)',
      paraphrase: 'Essential functions stay available, also after an incident.',
      status: 'shall',
      attacks: [
        ...mapped('partial', 'The way back from an update that fails.', ROLLBACK),
        ...mapped('partial', 'Recovery from a cut at every flash operation.', POWER_LOSS),
        ...mapped('partial', 'Alive after malformed input.', FUZZED),
        ...mapped('partial', 'A malformed image leaves the running one alone.', MALFORMED),
      ],
      notCovered: 'Floods and other denial of service, radio jamming, and the services behind the device.',
    },
    {
      id: 'I(2)(k)',
      paraphrase: 'The impact of incidents is kept small.',
      status: 'shall',
      attacks: [
        ...mapped('partial', 'Watchdog and return to the last good image.', ROLLBACK),
        ...mapped('partial', 'A malformed message stays without effect.', FUZZED),
      ],
      notCovered:
        'Mitigations built into the program (compiler, memory protection) and into its environment.',
    },
    {
      id: 'II(3)',
      paraphrase: 'Security is tested and reviewed effectively and regularly.',
      status: 'shall',
      attacks: [
        ...mapped(
          'context',
          'One run is one campaign; regular campaigns over releases would bear on this directly.',
          FUZZED,
        ),
      ],
      notCovered: 'The schedule of tests and the reviews.',
    },
    {
      id: 'II(7)',
      paraphrase: 'Updates are distributed securely.',
      status: 'shall',
      attacks: [
        ...mapped('partial', 'The way of the update works.', VALID_UPDATE),
        ...mapped('direct', 'What was altered on the way is refused.', [...FORGED, ...WRONGLY_TRUSTED]),
        ...mapped('partial', 'What is out of date is refused.', DOWNGRADE),
        ...mapped('partial', 'An interrupted transfer does no harm.', ['power-loss/upload']),
      ],
      notCovered: 'The distribution service, its keys, and changes in transit.',
    },
  ],
  untouched: ['I(2)(b)', 'I(2)(d)', 'I(2)(e)', 'I(2)(i)', 'I(2)(j)', 'I(2)(l)', 'I(2)(m)', 'II(1)', 'II(2)'],
};
