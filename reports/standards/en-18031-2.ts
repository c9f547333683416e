import type { Standard } from '#core/record.ts';
import { RED_CAVEATS, SHARED } from './mapping/en-18031.ts';

/** EN 18031-2:2024, personal data and privacy under RED Article 3(3)(e). */
export const standard: Standard = {
  id: 'en-18031-2',
  title: 'EN 18031-2, radio equipment and privacy',
  version: 'EN 18031-2:2024, cited with restrictions by Implementing Decision (EU) 2025/138',
  caveats: [
    ...RED_CAVEATS,
    'For toys and childcare equipment there is no presumption of conformity where a parent or guardian cannot control access (ACM-3 to ACM-6).',
  ],
  clauses: SHARED,
  untouched: ['SUM-3', 'SSM-2', 'SCM-4', 'LGM-3', 'GEC-5', 'ACM-2', 'AUM-1-1'],
};
