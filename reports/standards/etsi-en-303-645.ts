import type { Standard } from '#core/record.ts';
import { ETSI_CAVEATS, provisions } from './mapping/etsi-303-645.ts';

/** ETSI EN 303 645 v3.1.3 (2024-09) with the test cases of TS 103 701 v2.1.1 (2025-05). */
export const standard: Standard = {
  id: 'etsi-en-303-645',
  title: 'ETSI EN 303 645 v3.1.3, consumer IoT baseline',
  version: 'EN 303 645 v3.1.3 (2024-09), test cases of TS 103 701 v2.1.1 (2025-05)',
  caveats: ['Clause ids belong to v3.1.3; they must not be mixed with those of v2.1.1.', ...ETSI_CAVEATS],
  clauses: provisions({ input: { id: '5.13-1B', unit: '5.13-1B-2 a' } }),
  untouched: [
    '5.3-4A',
    '5.3-4B',
    '5.3-6A',
    '5.3-6B',
    '5.4-1',
    '5.5-1',
    '5.5-4',
    '5.5-5',
    '5.6-1',
    '5.6-2',
    '5.6-3',
    '5.6-4A',
    '5.6-4B',
    '5.7-2',
    '5.9-3',
    '5.13-1A',
  ],
};
