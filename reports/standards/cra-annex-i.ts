import type { Standard } from '#core/record.ts';

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
  ],
  clauses: [
    {
      id: 'I(2)(a)',
      paraphrase: 'Made available without known exploitable vulnerabilities.',
      status: 'shall',
      attacks: [
        {
          attack: 'downgrade/*',
          relation: 'partial',
          note: 'An older image, whose flaws may be known, cannot be brought back.',
        },
      ],
      notCovered: 'The search for known vulnerabilities in the shipped version.',
    },
    {
      id: 'I(2)(c)',
      paraphrase: 'Vulnerabilities can be dealt with by updates, automatic by default where fitting.',
      status: 'shall',
      attacks: [
        { attack: 'control/install', relation: 'direct', note: 'A valid update installs and runs.' },
        { attack: 'control/update', relation: 'direct', note: 'A valid update installs and runs.' },
      ],
      notCovered: 'Automatic updates, notices, postponing and opting out, and the support policy.',
    },
    {
      id: 'I(2)(f)',
      paraphrase:
        'Programs, data, commands and configuration are protected from change; corruption is reported.',
      status: 'shall',
      attacks: [
        {
          attack: 'corrupted-image/*',
          relation: 'direct',
          note: 'Integrity of programs: altered, unsigned and foreign images are refused.',
        },
        { attack: 'downgrade/*', relation: 'partial', note: 'An authentic but older program is refused.' },
        {
          attack: 'power-loss/*',
          relation: 'partial',
          note: 'A half-written program never runs, and no check is lost to a cut.',
        },
      ],
      notCovered:
        'Integrity of data, commands and configuration, reporting of corruption, and management of keys.',
    },
    {
      id: 'I(2)(h)',
      paraphrase: 'Essential functions stay available, also after an incident.',
      status: 'shall',
      attacks: [
        { attack: 'rollback/*', relation: 'partial', note: 'The way back from an update that fails.' },
        {
          attack: 'power-loss/*',
          relation: 'partial',
          note: 'Recovery from a cut at every flash operation.',
        },
        { attack: 'fuzzed-wireless/*', relation: 'partial', note: 'Alive after malformed input.' },
      ],
      notCovered: 'Floods and other denial of service, radio jamming, and the services behind the device.',
    },
    {
      id: 'I(2)(k)',
      paraphrase: 'The impact of incidents is kept small.',
      status: 'shall',
      attacks: [
        { attack: 'rollback/*', relation: 'partial', note: 'Watchdog and return to the last good image.' },
        {
          attack: 'fuzzed-wireless/*',
          relation: 'partial',
          note: 'A malformed message stays without effect.',
        },
      ],
      notCovered:
        'Mitigations built into the program (compiler, memory protection) and into its environment.',
    },
    {
      id: 'II(3)',
      paraphrase: 'Security is tested and reviewed effectively and regularly.',
      status: 'shall',
      attacks: [
        {
          attack: 'fuzzed-wireless/*',
          relation: 'context',
          note: 'One run is one campaign; regular campaigns over releases would bear on this directly.',
        },
      ],
      notCovered: 'The schedule of tests and the reviews.',
    },
    {
      id: 'II(7)',
      paraphrase: 'Updates are distributed securely.',
      status: 'shall',
      attacks: [
        { attack: 'control/install', relation: 'partial', note: 'The way of the update works.' },
        { attack: 'control/update', relation: 'partial', note: 'The way of the update works.' },
        { attack: 'corrupted-image/*', relation: 'direct', note: 'What was altered on the way is refused.' },
        { attack: 'downgrade/*', relation: 'partial', note: 'What is out of date is refused.' },
        { attack: 'power-loss/*', relation: 'partial', note: 'An interrupted transfer does no harm.' },
      ],
      notCovered: 'The distribution service, its keys, and changes in transit.',
    },
  ],
};
