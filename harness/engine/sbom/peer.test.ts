import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import { memberOf } from '#core/json-path.ts';
import { skipBecause } from '#contracts/skip.ts';
import { billOf } from '#engine/sbom/inspect.ts';
import { checkBill } from '#engine/sbom/rules.ts';
import { SPDX_2, SPDX_3 } from '#engine/sbom/sample-bills.fixture.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';

const PYTHON = process.env['ASSAY_REPORT_PYTHON'] ?? 'python3';
const NTIA = 'NTIA minimum elements 2021';

/** Our rules and what the SPDX project's own checker calls them; it takes any relation for a dependency, we do not. */
const SAME: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'component name': ['componentNames', 'allProvided'],
  'component version': ['componentVersions', 'allProvided'],
  supplier: ['componentSuppliers', 'allProvided'],
  'author of the bill': ['authorNameProvided'],
  timestamp: ['timestampProvided'],
  'dependency relations': ['dependencyRelationshipsProvided'],
};

/** A bill with something changed in the element that has a member of this value. */
function changed(json: Json, where: string, changes: Readonly<Record<string, Json | undefined>>): Json {
  if (Array.isArray(json)) return json.map((item: Json) => changed(item, where, changes));
  if (typeof json !== 'object' || json === null) return json;
  const inside = Object.entries(json as Readonly<Record<string, Json>>).map(
    ([name, member]): [string, Json] => [name, changed(member, where, changes)],
  );
  const here = Object.values(json).includes(where) ? changes : {};
  return { ...Object.fromEntries(inside), ...here };
}

const library = 'https://maker.example/spdx/library';

const BILLS: Readonly<Record<string, Json>> = {
  'SPDX 2, whole': SPDX_2,
  'SPDX 2 without version': changed(SPDX_2, '1.2.0', { versionInfo: undefined }),
  'SPDX 2 without supplier': changed(SPDX_2, '1.2.0', { supplier: undefined }),
  'SPDX 3, whole': SPDX_3,
  'SPDX 3 without version': changed(SPDX_3, library, { software_packageVersion: undefined }),
  'SPDX 3 without supplier': changed(SPDX_3, library, { suppliedBy: undefined, originatedBy: undefined }),
  'SPDX 3 without name': changed(SPDX_3, library, { name: undefined }),
};

describe('bills of materials and the SPDX project’s checker', () => {
  const folder = temporaryFolder();

  before(function () {
    const { status } = spawnSync(PYTHON, ['-c', 'import ntia_conformance_checker'], { timeout: 60_000 });
    if (status !== 0) skipBecause(this, 'no python with .ci/peers-report.txt; set ASSAY_REPORT_PYTHON');
  });

  function theirs(json: Json): Json {
    const file = join(folder(), 'bill.spdx.json');
    writeFileSync(file, JSON.stringify(json));
    const spec = JSON.stringify(json).includes('@graph') ? 'spdx3' : 'spdx2';
    const words = ['-m', 'ntia_conformance_checker.main', '-q', '-k', '-s', spec, '-r', 'json', file];
    const { stdout, stderr } = spawnSync(PYTHON, words, { encoding: 'utf8', timeout: 60_000 });
    assert.ok(stdout.includes('{'), stderr);
    return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Json;
  }

  for (const [name, json] of Object.entries(BILLS)) {
    it(`agree on ${name}`, () => {
      const bill = billOf(json);
      assert.ok(bill);
      const said = theirs(json);
      const ours = checkBill(bill).filter(({ rules, rule }) => rules === NTIA && rule in SAME);
      const found = ours.map(({ rule, met }) => [rule, met]);
      const peers = ours.map(({ rule }) => {
        const [first, ...rest] = SAME[rule] ?? [''];
        return [rule, rest.reduce((value, member) => memberOf(value, member), memberOf(said, first))];
      });
      assert.deepEqual(found, peers);
    });
  }
});
