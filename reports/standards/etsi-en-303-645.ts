import type { Standard } from '#core/record.ts';

/** ETSI EN 303 645 v3.1.3 (2024-09) with the test cases of TS 103 701 v2.1.1 (2025-05). */
export const standard: Standard = {
  id: 'etsi-en-303-645',
  title: 'ETSI EN 303 645, consumer IoT baseline',
  version: 'EN 303 645 v3.1.3 (2024-09), test cases of TS 103 701 v2.1.1 (2025-05)',
  caveats: [
    'Clause ids belong to v3.1.3; they must not be mixed with those of v2.1.1.',
    'A provision marked "should" is a recommendation: a failure there needs a recorded reason, not a verdict on the product.',
    'EN 303 645 does not ask for protection against downgrade by itself; it enters as an attack on the update mechanism (test case 5.3-2-2).',
    'The conceptual parts of TS 103 701 (ICS, IXIT, documents) are not part of a run.',
  ],
  clauses: [
    {
      id: '5.3-2',
      paraphrase: 'A device that is not too constrained has a secure way to install updates.',
      status: 'shall',
      attacks: [
        {
          attack: 'control/install',
          relation: 'partial',
          note: 'Shows that a valid update installs; context for test case 5.3-2-2.',
        },
        {
          attack: 'control/update',
          relation: 'partial',
          note: 'Shows that a valid update installs; context for test case 5.3-2-2.',
        },
        {
          attack: 'corrupted-image/*',
          relation: 'direct',
          note: 'Test case 5.3-2-2 a, b: altered, unsigned and wrongly signed images are among its sample attacks.',
        },
        {
          attack: 'downgrade/*',
          relation: 'partial',
          note: 'Direct for test case 5.3-2-2: installing an older version is one of its sample attacks.',
        },
        {
          attack: 'rollback/*',
          relation: 'partial',
          note: 'Test case 5.3-2-2: recovery when the new image does not prove itself.',
        },
        {
          attack: 'power-loss/*',
          relation: 'partial',
          note: 'Test case 5.3-2-2: going on after an interrupted step is one of its sample attacks.',
        },
      ],
      notCovered:
        'The conceptual test case 5.3-2-1, update mechanisms the bench does not drive, and the server side of the update.',
    },
    {
      id: '5.3-9',
      paraphrase: 'The device itself checks that an update is genuine and unaltered.',
      status: 'should',
      attacks: [
        {
          attack: 'corrupted-image/*',
          relation: 'context',
          note: 'TS 103 701 tests this clause on paper only; the run is supporting material.',
        },
      ],
      notCovered: 'The conceptual test case, which alone decides this clause.',
    },
    {
      id: '5.3-10',
      paraphrase: 'Updates over a network are verified through a relationship of trust.',
      status: 'shall',
      attacks: [
        {
          attack: 'corrupted-image/*',
          relation: 'partial',
          note: 'Unsigned and foreign images are offered; test case 5.3-10-1 also searches for undocumented paths.',
        },
      ],
      notCovered: 'Changes in transit, a rogue server, and the search for undocumented update paths.',
    },
    {
      id: '5.7-1',
      paraphrase: 'Software is verified by secure boot mechanisms.',
      status: 'should',
      attacks: [
        {
          attack: 'corrupted-image/*',
          relation: 'partial',
          note: 'Test case 5.7-1-2: images placed in flash behind the application reach the boot loader alone.',
        },
        {
          attack: 'power-loss/*',
          relation: 'partial',
          note: 'Test case 5.7-1-2: the boot check is still in force after every cut.',
        },
      ],
      notCovered:
        'Altered boot loaders, the root of trust in fuses, and the documents on how the boot is verified.',
    },
    {
      id: '5.9-1',
      paraphrase: 'The device is built to withstand outages of network and power.',
      status: 'should',
      attacks: [
        {
          attack: 'power-loss/*',
          relation: 'partial',
          note: 'Test case 5.9-1-2 b: power is cut during an update only.',
        },
        { attack: 'rollback/*', relation: 'context', note: 'Shows the way back from an update that fails.' },
      ],
      notCovered: 'Network outages, brown-out, and power cuts in normal operation.',
    },
    {
      id: '5.9-2',
      paraphrase: 'The device works locally without network and recovers cleanly when power returns.',
      status: 'should',
      attacks: [
        {
          attack: 'power-loss/*',
          relation: 'context',
          note: 'Cuts fall into update phases; test case 5.9-2-2 b asks about normal operation.',
        },
      ],
      notCovered: 'Local operation without network, and the state of settings and data after a cut.',
    },
    {
      id: '5.13-1B',
      paraphrase: 'Input over network interfaces is validated by the software that takes it.',
      status: 'shall',
      attacks: [
        {
          attack: 'fuzzed-wireless/*',
          relation: 'direct',
          note: 'Test case 5.13-1B-2 a, application layer only. No crash seen is not absence of flaws.',
        },
      ],
      notCovered:
        'Interfaces the bench does not reach, link layers, and unit b (whether the documented interfaces are all there are).',
    },
  ],
};
