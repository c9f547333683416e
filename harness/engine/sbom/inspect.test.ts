import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Json } from '#core/canonical.ts';
import { billOf, inspectSbom } from '#engine/sbom/inspect.ts';
import { checkBill } from '#engine/sbom/rules.ts';
import { CYCLONEDX, IMAGE, SPDX_2, SPDX_3 } from '#engine/sbom/sample-bills.fixture.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';

const BSI = 'BSI TR-03183-2 v2.1.0';

/** Rules that a bill breaks, `<set>: <rule>`. */
function broken(json: Json): readonly string[] {
  const bill = billOf(json);
  assert.ok(bill);
  return checkBill(bill)
    .filter(({ met }) => !met)
    .map(({ rules, rule }) => `${rules}: ${rule}`);
}

describe('bill of materials', () => {
  const folder = temporaryFolder();

  function fileOf(content: Json | string): string {
    const path = join(folder(), 'bill.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  it('is bound to the tested image by the hash of a component', async () => {
    const bound = async (json: Json, image = IMAGE) =>
      (await inspectSbom(fileOf(json), image)).summary.boundBy;
    assert.equal(await bound(CYCLONEDX), 'SHA-512 of component firmware');
    assert.equal(await bound(SPDX_2), 'SHA-256 of component firmware');
    assert.equal(await bound(SPDX_3), 'SHA-512 of component firmware');
    assert.equal(await bound(CYCLONEDX, { sha256: 'a'.repeat(64), sha512: null }), null);
    assert.equal(await bound(CYCLONEDX, { sha256: '0'.repeat(64), sha512: 'c'.repeat(127) }), null);
  });

  it('keeps every rule where it says everything', async () => {
    for (const json of [CYCLONEDX, SPDX_3]) assert.deepEqual(broken(json), []);
    const { summary } = await inspectSbom(fileOf(CYCLONEDX), IMAGE);
    assert.deepEqual(
      summary.checks.filter(({ met }) => !met),
      [],
    );
    assert.ok(summary.checks.some(({ rules }) => rules === 'CycloneDX schema'));
    assert.equal(summary.components, 2);
  });

  it('breaks what its format is too old for, and says no more', () => {
    assert.deepEqual(broken(SPDX_2), [
      `${BSI}: format version`,
      `${BSI}: file name`,
      `${BSI}: SHA-512 of the deployable component`,
      `${BSI}: executable, archive, structured`,
    ]);
  });

  it('breaks the rule of whatever is left out', () => {
    const { metadata, components } = CYCLONEDX;
    const without = (json: object, name: string) =>
      Object.fromEntries(Object.entries(json).filter(([other]) => other !== name)) as Record<string, Json>;
    const cases: readonly (readonly [Json, ...string[]])[] = [
      [without(CYCLONEDX, 'compositions'), 'completeness of the dependencies'],
      [{ ...CYCLONEDX, specVersion: '1.5' }, 'format version'],
      [{ ...CYCLONEDX, vulnerabilities: [{ id: 'CVE-2020-1' }] }, 'no vulnerability data'],
      [{ ...CYCLONEDX, metadata: without(metadata, 'timestamp') }, 'timestamp', 'timestamp'],
      [{ ...CYCLONEDX, metadata: { ...metadata, timestamp: 'yesterday' } }, 'timestamp', 'timestamp'],
      [
        { ...CYCLONEDX, metadata: without(metadata, 'manufacturer') },
        'creator of the bill (e-mail or URL)',
        'author of the bill',
      ],
      [
        { ...CYCLONEDX, components: [without(components[0] ?? {}, 'version')] },
        'component version',
        'component version',
      ],
      [{ ...CYCLONEDX, components: [without(components[0] ?? {}, 'purl')] }, 'other unique identifiers'],
      [{ ...CYCLONEDX, components: [{ ...components[0], purl: 'pkg:' }] }, 'other unique identifiers'],
      [
        { ...CYCLONEDX, components: [without(components[0] ?? {}, 'hashes')] },
        'SHA-512 of the deployable component',
      ],
      [
        { ...CYCLONEDX, components: [{ ...components[0], licenses: [{ license: { name: 'ours' } }] }] },
        'licences as SPDX expressions',
      ],
      [{ ...CYCLONEDX, dependencies: [{ ref: 'firmware' }] }, 'dependencies', 'dependency relations'],
    ];
    for (const [json, ...rules] of cases) {
      const found = broken(json).map((rule) => rule.replace(/^[^:]*: /, ''));
      assert.deepEqual(found, rules);
    }
  });

  it('is held against the schema of its format', async () => {
    const { summary } = await inspectSbom(fileOf({ ...CYCLONEDX, invented: true }), IMAGE);
    const [schema] = summary.checks;
    assert.equal(schema?.met, false);
    assert.match(schema?.detail ?? '', /invented|additional/);
    const { summary: other } = await inspectSbom(fileOf({ ...CYCLONEDX, specVersion: '9.9' }), IMAGE);
    assert.match(other.checks[0]?.detail ?? '', /no schema of this version/);
  });

  it('is refused with a reason where it is none', async () => {
    await assert.rejects(inspectSbom(join(folder(), 'nowhere.json'), IMAGE), { code: 'sbom-missing' });
    await assert.rejects(inspectSbom(folder(), IMAGE), { code: 'sbom-missing' });
    for (const text of ['', '{', '{}', '[]', 'null', '"CycloneDX"', '{"@context":"x","@graph":[]}']) {
      await assert.rejects(inspectSbom(fileOf(text), IMAGE), { code: 'sbom-unreadable' });
    }
  });

  it('throws at nothing, whatever JSON it is', () => {
    const start = [{ bomFormat: 'CycloneDX' }, { spdxVersion: 'SPDX-2.3' }, { '@context': 'x' }];
    const names = Object.keys({ ...CYCLONEDX, ...CYCLONEDX.metadata, ...SPDX_2, ...SPDX_3 });
    const members = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...start), members, (head, rest) => {
        const bill = billOf({ ...rest, ...head });
        if (bill !== null) assert.ok(checkBill(bill).length === 20);
      }),
    );
  });

  it('finds components within components, but no end of them', () => {
    let nested: Json = { type: 'library', name: 'leaf' };
    for (let depth = 0; depth < 1000; depth += 1)
      nested = { type: 'library', name: 'x', components: [nested] };
    const bill = billOf({ ...CYCLONEDX, components: [nested] });
    assert.ok(bill !== null && bill.components.length > 10 && bill.components.length < 50);
  });
});
