import assert from 'node:assert/strict';
import { discoverAttacks, discoverStandards } from '#engine/discovery.ts';
import { mapsTo } from '#core/coverage.ts';
import type { Standard } from '#core/record.ts';
import { FORBIDDEN } from '../forbidden-words.test.data.ts';

/** Ids that a person compared with the text of the pinned version; a new one is added here after that. */
const REVIEWED: Readonly<Record<string, readonly string[]>> = {
  'etsi-en-303-645': ['5.3-2', '5.3-9', '5.3-10', '5.7-1', '5.9-1', '5.9-2', '5.13-1B'],
  'en-18031-1': ['SUM-1', 'SUM-2', 'GEC-1', 'GEC-6'],
  'cra-annex-i': ['I(2)(a)', 'I(2)(c)', 'I(2)(f)', 'I(2)(h)', 'I(2)(k)', 'II(3)', 'II(7)'],
  'nist-ir-8425': ['IR8425/Software Update/1', 'IR8425/Software Update/2'],
};

/** What EN 303 645 v3.1.3 says of each provision; only these two words exist. */
const ETSI_STATUS: Readonly<Record<string, string>> = {
  '5.3-2': 'shall',
  '5.3-9': 'should',
  '5.3-10': 'shall',
  '5.7-1': 'should',
  '5.9-1': 'should',
  '5.9-2': 'should',
  '5.13-1B': 'shall',
};

/** Test cases of TS 103 701 v2.1.1 that notes may name. */
const TEST_CASES = new Set(['5.3-2-1', '5.3-2-2', '5.3-10-1', '5.7-1-2', '5.9-1-2', '5.9-2-2', '5.13-1B-2']);

function byId(standards: readonly Standard[], id: string): Standard {
  const standard = standards.find((candidate) => candidate.id === id);
  assert.ok(standard, id);
  return standard;
}

describe('standards', () => {
  let standards: readonly Standard[];
  before(async () => {
    standards = await discoverStandards();
  });

  it('name only clauses that were reviewed', () => {
    const held = Object.fromEntries(
      standards.map(({ id, clauses }) => [id, clauses.map((clause) => clause.id)]),
    );
    assert.deepEqual(held, REVIEWED);
  });

  it('say which version their ids belong to, what they do not claim and what they do not cover', () => {
    for (const { id, version, caveats, clauses } of standards) {
      assert.match(version, /\d{4}/, id);
      assert.ok(caveats.length > 0, id);
      for (const clause of clauses) assert.ok(clause.notCovered.length > 10, `${id} ${clause.id}`);
    }
  });

  it('use the three relations, and explain every one', () => {
    for (const { id, clauses } of standards) {
      for (const mapping of clauses.flatMap((clause) => clause.attacks)) {
        assert.ok(['direct', 'partial', 'context'].includes(mapping.relation), id);
        assert.ok((mapping.note ?? '').length > 0, `${id} ${mapping.attack}`);
      }
    }
  });

  it('hold no word that claims more than a test can show', () => {
    assert.doesNotMatch(JSON.stringify(standards), FORBIDDEN);
  });

  it('map attacks that exist', async () => {
    const attacks = (await discoverAttacks()).map((attack) => attack.id);
    const patterns = standards.flatMap((standard) =>
      standard.clauses.flatMap((clause) => clause.attacks.map((mapping) => mapping.attack)),
    );
    const unknown = patterns.filter((pattern) => !attacks.some((attack) => mapsTo(pattern, attack)));
    assert.deepEqual([...new Set(unknown)], []);
  });

  it('map every attack to something', async () => {
    const attacks = (await discoverAttacks()).filter((attack) => attack.family !== 'control');
    const patterns = standards.flatMap((standard) =>
      standard.clauses.flatMap((clause) => clause.attacks.map((mapping) => mapping.attack)),
    );
    const unmapped = attacks.filter(({ id }) => !patterns.some((pattern) => mapsTo(pattern, id)));
    assert.deepEqual(
      unmapped.map(({ id }) => id),
      [],
    );
  });
});

describe('EN 303 645', () => {
  it('keeps shall and should apart', async () => {
    const { clauses } = byId(await discoverStandards(), 'etsi-en-303-645');
    assert.deepEqual(Object.fromEntries(clauses.map(({ id, status }) => [id, status])), ETSI_STATUS);
  });

  it('names only test cases of TS 103 701 v2.1.1 that were reviewed', async () => {
    const text = JSON.stringify(byId(await discoverStandards(), 'etsi-en-303-645'));
    const named = [...text.matchAll(/\b5\.\d+-\d+[AB]?-\d\b/g)].map(([id]) => id);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((id) => !TEST_CASES.has(id)),
      [],
    );
  });
});

describe('EN 18031-1', () => {
  it('gives downgrade as context only, and power loss not at all', async () => {
    const mappings = byId(await discoverStandards(), 'en-18031-1').clauses.flatMap(
      (clause) => clause.attacks,
    );
    const downgrade = mappings.filter(({ attack }) => attack.startsWith('downgrade/'));
    assert.ok(downgrade.length > 0);
    assert.ok(downgrade.every(({ relation }) => relation === 'context'));
    assert.ok(!mappings.some(({ attack }) => attack.startsWith('power-loss/')));
  });

  it('says that SUM-2 never closes Article 3(3)(f)', async () => {
    const { caveats } = byId(await discoverStandards(), 'en-18031-1');
    assert.ok(caveats.some((caveat) => /SUM-2 never closes .*3\(3\)\(f\)/.test(caveat)));
  });
});

describe('Cyber Resilience Act', () => {
  it('says that nothing here gives presumption of conformity', async () => {
    const { caveats } = byId(await discoverStandards(), 'cra-annex-i');
    assert.ok(caveats.some((caveat) => /[Nn]o standard gave presumption of conformity/.test(caveat)));
  });
});
