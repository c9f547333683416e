import type { Standard } from '#core/record.ts';
import { GEC_8, RED_CAVEATS, restricted, SHARED } from './mapping/en-18031.ts';

const SUM_2 =
  'No presumption of conformity for Article 3(3)(f) from these criteria (6.3.2.4): a notified body decides, whatever this run shows.';

/** EN 18031-3:2024, protection from fraud under RED Article 3(3)(f). */
export const standard: Standard = {
  id: 'en-18031-3',
  title: 'EN 18031-3, radio equipment and fraud',
  version: 'EN 18031-3:2024, cited with restrictions by Implementing Decision (EU) 2025/138',
  caveats: RED_CAVEATS,
  clauses: [...restricted(SHARED, 'SUM-2', SUM_2), GEC_8],
  untouched: ['SUM-3', 'SSM-2', 'SCM-4', 'LGM-3', 'GEC-5', 'ACM-2', 'AUM-1-1'],
};
