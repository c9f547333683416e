import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchNames, discoverAttacks, discoverFormats, discoverStandards } from '#engine/discovery.ts';
import { loadBench } from '#engine/load-bench.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';

describe('loading a bench', () => {
  const folder = temporaryFolder();

  function benchFile(name: string, text: string): string {
    const path = join(folder(), name);
    writeFileSync(path, text);
    return path;
  }

  it('finds those of the project by name', async () => {
    assert.ok(benchNames().includes('virtual'));
    assert.equal((await loadBench('virtual')).id, 'virtual');
  });

  it('loads a TypeScript file by path, within an ES module package or not', async () => {
    const text = `export const bench = { id: 'mine' as string, title: 'Mine', boards: [] };`;
    assert.equal((await loadBench(benchFile('plain.ts', text))).id, 'mine');
    benchFile('package.json', '{ "type": "module" }');
    assert.equal((await loadBench(benchFile('module.ts', text))).id, 'mine');
  });

  it('lists what there is where the name is unknown', async () => {
    await assert.rejects(loadBench('virtaul'), { code: 'bench-unknown', remedy: /did you mean virtual/ });
  });

  it('says which file is missing', async () => {
    await assert.rejects(loadBench('./nowhere/bench.ts'), { code: 'bench-missing', message: /nowhere/ });
  });

  it('says what is wrong inside a file', async () => {
    const path = benchFile('broken.ts', `import { x } from './not-there.ts'; export const bench = x;`);
    await assert.rejects(loadBench(path), { code: 'bench-broken', got: /not-there/ });
    await assert.rejects(loadBench(benchFile('syntax.ts', 'export const ???')), { code: 'bench-broken' });
    await assert.rejects(loadBench(benchFile('throws.mjs', `throw 'no port';`)), {
      code: 'bench-broken',
      got: 'no port',
    });
  });

  it('says what it misses in a file that is no bench', async () => {
    await assert.rejects(loadBench(benchFile('empty.mjs', 'export const other = 1;')), {
      code: 'bench-export',
    });
    await assert.rejects(loadBench(benchFile('odd.mjs', 'export const bench = 1;')), {
      code: 'bench-export',
    });
  });
});

describe('discovery', () => {
  it('finds attacks, standards and formats by folder', async () => {
    const [attacks, standards, formats] = [
      await discoverAttacks(),
      await discoverStandards(),
      await discoverFormats(),
    ];
    const families = new Set(attacks.map(({ family }) => family));
    for (const family of [
      'control',
      'rollback',
      'downgrade',
      'corrupted-image',
      'fuzzed-wireless',
      'power-loss',
    ]) {
      assert.ok(families.has(family), `no attack of family ${family}`);
    }
    assert.ok(standards.length >= 4);
    assert.ok(formats.some(({ id }) => id === 'html'));
  });

  it('finds no two attacks, standards or formats of one id', async () => {
    for (const found of [await discoverAttacks(), await discoverStandards(), await discoverFormats()]) {
      const ids = found.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
    }
  });
});
