import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { discoverAttacks, discoverStandards } from '#engine/discovery.ts';
import { mapsTo } from '#core/coverage.ts';
import type { Standard } from '#core/record.ts';
import { FORBIDDEN } from '../forbidden-words.fixture.ts';

/** What a person compared with the source of a standard: ids of one version. A new one is added there after that. */
interface Reviewed {
  readonly standard: string;
  /** Beginning of the version that the ids belong to. */
  readonly version: string;
  /** What the ids look like in a text. */
  readonly pattern: string;
  readonly clauses: readonly string[];
  /** Ids that notes may name besides clauses: test cases, requirements without a component level. */
  readonly named: readonly string[];
}

function reviewed(id: string): Reviewed {
  const url = new URL(`reviewed/${id}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Reviewed;
}

/** Every standard that the project promises. */
const PROMISED = [
  'cra-annex-i',
  'en-18031-1',
  'en-18031-2',
  'en-18031-3',
  'etsi-en-303-645',
  'etsi-en-303-645-v2',
  'iec-62443-4-1',
  'iec-62443-4-2',
  'mitre-emb3d',
  'nist-ir-8259a',
  'nist-ir-8425',
  'nist-sp-800-193',
  'owasp-isvs',
  'psa',
  'sesip',
  'us-cyber-trust-mark',
];

/** What EN 303 645 says of each provision, in both editions; only these two words exist. */
const ETSI_STATUS: Readonly<Record<string, string>> = {
  '5.3-2': 'shall',
  '5.3-9': 'should',
  '5.3-10': 'shall',
  '5.7-1': 'should',
  '5.9-1': 'should',
  '5.9-2': 'should',
};

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

  it('are all that were promised', () => {
    assert.deepEqual(standards.map(({ id }) => id).toSorted(), PROMISED);
  });

  it('name only clauses that were reviewed, each once, of the version that was reviewed', () => {
    for (const { id, version, clauses, untouched } of standards) {
      const known = reviewed(id);
      const named = [...clauses.map((clause) => clause.id), ...untouched];
      assert.deepEqual(
        named.filter((clause) => !known.clauses.includes(clause)),
        [],
        id,
      );
      assert.equal(new Set(named).size, named.length, `${id} names a clause twice`);
      assert.ok(version.startsWith(known.version), `${id}: ${version} was not reviewed`);
    }
  });

  it('name no id in any text that was not reviewed', () => {
    for (const standard of standards) {
      const { pattern, clauses, named } = reviewed(standard.id);
      const found = JSON.stringify({ ...standard, version: '' }).match(new RegExp(pattern, 'g')) ?? [];
      assert.ok(found.length >= standard.clauses.length, `${standard.id}: the pattern finds nothing`);
      const unknown = found.filter((id) => !clauses.includes(id) && !named.includes(id));
      assert.deepEqual(unknown, [], standard.id);
    }
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
  for (const [id, input] of [
    ['etsi-en-303-645', '5.13-1B'],
    ['etsi-en-303-645-v2', '5.13-1'],
  ] as const) {
    it(`keeps shall and should apart, ${id}`, async () => {
      const { clauses } = byId(await discoverStandards(), id);
      const said = Object.fromEntries(clauses.map((clause) => [clause.id, clause.status]));
      assert.deepEqual(said, { ...ETSI_STATUS, [input]: 'shall' });
    });
  }

  it('mixes no ids of two editions', async () => {
    const [old, current] = [
      byId(await discoverStandards(), 'etsi-en-303-645-v2'),
      byId(await discoverStandards(), 'etsi-en-303-645'),
    ];
    assert.doesNotMatch(JSON.stringify(old.clauses), /5\.13-1[AB]|5\.3-[46][AB]/);
    assert.doesNotMatch(JSON.stringify(current.clauses), /5\.13-1(?![AB])/);
  });
});

describe('EN 18031', () => {
  for (const part of ['en-18031-1', 'en-18031-2', 'en-18031-3']) {
    it(`gives downgrade and power loss as context at most, ${part}`, async () => {
      const { clauses } = byId(await discoverStandards(), part);
      const mappings = clauses.flatMap((clause) => clause.attacks);
      const beside = mappings.filter(({ attack }) => /^(downgrade|power-loss)\//.test(attack));
      assert.ok(beside.length > 0);
      assert.ok(beside.every(({ relation }) => relation === 'context'));
    });

    it(`says that SUM-2 never closes Article 3(3)(f), ${part}`, async () => {
      const { caveats } = byId(await discoverStandards(), part);
      assert.ok(caveats.some((caveat) => /SUM-2 never closes .*3\(3\)\(f\)/.test(caveat)));
    });
  }

  it('prints the restriction where it bites: beside SUM-2 of part 3', async () => {
    const { clauses } = byId(await discoverStandards(), 'en-18031-3');
    const bitten = clauses.filter(({ restriction }) => restriction !== undefined);
    assert.deepEqual(
      bitten.map(({ id }) => id),
      ['SUM-2'],
    );
    assert.match(bitten[0]?.restriction ?? '', /No presumption of conformity .*3\(3\)\(f\)/);
  });
});

describe('programmes without test procedure', () => {
  it('are context, whatever is mapped', async () => {
    const { clauses } = byId(await discoverStandards(), 'us-cyber-trust-mark');
    const mappings = clauses.flatMap((clause) => clause.attacks);
    assert.ok(mappings.every(({ relation }) => relation === 'context'));
  });
});

describe('Cyber Resilience Act', () => {
  it('says that nothing here gives presumption of conformity', async () => {
    const { caveats } = byId(await discoverStandards(), 'cra-annex-i');
    assert.ok(caveats.some((caveat) => /[Nn]o standard gave presumption of conformity/.test(caveat)));
  });

  it('calls drafts drafts', async () => {
    const { caveats } = byId(await discoverStandards(), 'cra-annex-i');
    assert.ok(caveats.some((caveat) => /Drafts .* not mapped/.test(caveat)));
  });
});
