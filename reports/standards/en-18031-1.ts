import type { Standard } from '#core/record.ts';
import { RED_CAVEATS, SHARED } from './mapping/en-18031.ts';

/** EN 18031-1:2024, network protection under RED Article 3(3)(d). */
export const standard: Standard = {
  id: 'en-18031-1',
  title: 'EN 18031-1, radio equipment and the network',
  version: 'EN 18031-1:2024, cited with restrictions by Implementing Decision (EU) 2025/138',
  caveats: RED_CAVEATS,
  clauses: SHARED,
  untouched: ['SUM-3', 'SSM-2', 'SCM-4', 'RLM-1', 'GEC-5', 'ACM-2', 'AUM-1-1'],
};
