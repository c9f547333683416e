import type { Standard } from '#core/record.ts';
import { FORGED, mapped, VALID_UPDATE, WRONGLY_TRUSTED } from './mapping/attacks.ts';

/** Pointers of the U.S. Cyber Trust Mark programme to NIST IR 8425. */
export const standard: Standard = {
  id: 'us-cyber-trust-mark',
  title: 'U.S. Cyber Trust Mark, pointers',
  version: '47 CFR Part 8 (order of March 2024), which points to NIST IR 8425 (September 2022)',
  caveats: [
    'No test procedure of the programme had been adopted in the sources reviewed (November 2026): everything here is context.',
    'Tests for the label come from a CyberLAB that the FCC recognises: this is material for the time before.',
    'The order points to IR 8425, not to the router profile IR 8425A.',
    'IR 8425 has no official short ids: the number is the position in its list, used by this report only.',
  ],
  clauses: [
    {
      id: 'IR8425/Software Update/1',
      paraphrase: 'Components can receive, verify and apply verified updates.',
      status: null,
      attacks: mapped('context', 'Valid updates install, and what does not verify is refused.', [
        ...VALID_UPDATE,
        ...FORGED,
        ...WRONGLY_TRUSTED,
      ]),
      restriction: 'Draws no verdict until the programme has adopted its test procedures.',
      notCovered: 'Everything that the programme will decide.',
    },
  ],
  untouched: ['IR8425/Software Update/2', 'IR8425/Product Configuration/2'],
};
