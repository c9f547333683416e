import assert from 'node:assert/strict';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { cycloneDx, type CycloneDxVersion } from './cyclonedx.ts';
import { sampleReport } from './html/sample.fixture.ts';

const VERSIONS: Readonly<Record<CycloneDxVersion, Spec.Version>> = {
  '1.6': Spec.Version.v1dot6,
  '1.7': Spec.Version.v1dot7,
};

/** The official library's own schema check; null: valid. */
function problemsOf(version: CycloneDxVersion, document: object): Promise<unknown> {
  return new Validation.JsonStrictValidator(VERSIONS[version]).validate(JSON.stringify(document));
}

interface Declared {
  readonly declarations: {
    readonly attestations: readonly {
      readonly map: readonly {
        readonly claims?: readonly string[];
        readonly counterClaims?: readonly string[];
      }[];
    }[];
    readonly claims: readonly {
      readonly 'bom-ref': string;
      readonly evidence?: readonly string[];
      readonly counterEvidence?: readonly string[];
    }[];
    readonly evidence: readonly { readonly 'bom-ref': string }[];
  };
}

describe('attestation.cdx.json', () => {
  const report = sampleReport({ perAttack: 14, flawed: true });

  for (const version of ['1.6', '1.7'] as const) {
    it(`fits the official schema ${version}, and the schema would notice`, async () => {
      const document = cycloneDx(report, version);
      assert.equal(await problemsOf(version, document), null);
      assert.notEqual(await problemsOf(version, { ...document, certified: true }), null);
    });
  }

  it('refers to nothing that it does not hold', () => {
    const { claims, evidence, attestations } = (cycloneDx(report, '1.6') as unknown as Declared).declarations;
    const held = new Set(evidence.map((one) => one['bom-ref']));
    const named = claims.flatMap((claim) => [...(claim.evidence ?? []), ...(claim.counterEvidence ?? [])]);
    assert.equal(named.length, report.records.length);
    assert.ok(named.every((ref) => held.has(ref)));
    const known = new Set(claims.map((claim) => claim['bom-ref']));
    const mapped = attestations.flatMap(({ map }) =>
      map.flatMap((one) => [...(one.claims ?? []), ...(one.counterClaims ?? [])]),
    );
    assert.ok(mapped.length > 20);
    assert.ok(mapped.every((ref) => known.has(ref)));
  });

  it('counts what boards with flaws on purpose show for no requirement, and a fail of a sound one against it', () => {
    const counters = (of: typeof report) =>
      (cycloneDx(of, '1.6') as unknown as Declared).declarations.attestations.flatMap(({ map }) =>
        map.flatMap(({ counterClaims }) => counterClaims ?? []),
      );
    assert.deepEqual(counters(report), []);
    const records = report.records.map((record) =>
      record.attack.startsWith('downgrade') && record.flaws.length === 0
        ? Object.assign({}, record, { verdict: 'fail' })
        : record,
    );
    const against = new Set(counters({ ...report, records }));
    assert.deepEqual(
      [...against],
      report.boards.map(({ id }) => `claim:${id}:downgrade/older-version`),
    );
  });
});
