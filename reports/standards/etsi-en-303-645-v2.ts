import type { Standard } from '#core/record.ts';
import { ETSI_CAVEATS, provisions } from './mapping/etsi-303-645.ts';

/** ETSI EN 303 645 v2.1.1 (2020-06) with the test cases of TS 103 701 v1.1.1 (2021-08). */
export const standard: Standard = {
  id: 'etsi-en-303-645-v2',
  title: 'ETSI EN 303 645 v2.1.1, consumer IoT baseline',
  version: 'EN 303 645 v2.1.1 (2020-06), test cases of TS 103 701 v1.1.1 (2021-08)',
  caveats: [
    'Clause ids belong to v2.1.1; they must not be mixed with those of v3.1.3.',
    ...ETSI_CAVEATS,
    'The UK regulations of 2023 (SI 2023/1007) refer to this edition, but ask nothing about update integrity, downgrade, malformed input or power loss: these results do not bear on them.',
  ],
  clauses: provisions({ input: { id: '5.13-1', unit: '5.13-1-2 a to c' } }),
  untouched: [
    '5.3-4',
    '5.3-6',
    '5.4-1',
    '5.5-1',
    '5.5-4',
    '5.5-5',
    '5.6-1',
    '5.6-2',
    '5.6-3',
    '5.6-4',
    '5.7-2',
    '5.9-3',
  ],
};
