import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Rule {
  /** Folders it may import from, besides itself. */
  readonly folders: readonly string[];
  /** Packages, exact or with a trailing `*`. */
  readonly packages: readonly string[];
}

/** The dependency rule (docs/design.md): everything points at core. The first folder that fits a file is its layer. */
const RULES: Readonly<Record<string, Rule>> = {
  'harness/core': { folders: [], packages: ['xstate', '@noble/hashes/*'] },
  // Sweeps against the vendors' tools run those tools.
  'harness/codecs/peers': { folders: ['harness/core', 'harness/codecs'], packages: ['@noble/*', 'node:*'] },
  'harness/codecs': {
    folders: ['harness/core'],
    packages: ['@noble/*', 'cborg', 'cborg/*', 'fflate', 'node:crypto'],
  },
  'harness/fuzz': { folders: ['harness/core', 'harness/codecs'], packages: [] },
  // So do the sweeps of drivers and of what virtual boards answer.
  'harness/drivers/peers': {
    folders: ['harness/core', 'harness/codecs', 'harness/fuzz', 'harness/drivers', 'harness/virtual'],
    packages: ['@noble/*', 'mqtt', 'node:*'],
  },
  'harness/drivers': {
    folders: ['harness/core', 'harness/codecs'],
    packages: ['node:*', 'mqtt', 'aedes', 'serialport', 'playwright-core'],
  },
  'harness/virtual': { folders: ['harness/core', 'harness/codecs'], packages: ['@noble/*', 'node:crypto'] },
  'harness/contracts': {
    folders: ['harness/core'],
    packages: ['mocha', 'node:assert', 'node:assert/strict'],
  },
  'harness/engine/benchmarks': {
    folders: [
      'harness/core',
      'harness/codecs',
      'harness/fuzz',
      'harness/engine',
      'harness/drivers',
      'harness/virtual',
    ],
    packages: ['node:*'],
  },
  'harness/engine/sbom': {
    folders: ['harness/core'],
    packages: ['node:*', '@cyclonedx/cyclonedx-library', 'packageurl-js', 'spdx-expression-parse'],
  },
  'harness/engine/signing': {
    folders: ['harness/core', 'harness/engine'],
    packages: ['pkijs', 'asn1js', 'node:*'],
  },
  'harness/engine': { folders: ['harness/core'], packages: ['xstate', 'tsx/esm/api', 'node:*'] },
  'harness/cli': {
    folders: ['harness/core', 'harness/codecs', 'harness/fuzz', 'harness/engine'],
    packages: ['node:*'],
  },
  // The reference firmware is compiled by a program from outside.
  'boards/microbit/firmware': {
    folders: ['harness/core', 'harness/codecs', 'harness/drivers', 'harness/virtual'],
    packages: ['node:*'],
  },
  boards: { folders: ['harness/core', 'harness/codecs', 'harness/drivers', 'harness/virtual'], packages: [] },
  suites: { folders: ['harness/core', 'harness/codecs', 'harness/fuzz'], packages: ['xstate'] },
  'reports/standards': { folders: ['harness/core'], packages: [] },
  'reports/formats': {
    folders: ['harness/core'],
    packages: ['playwright-core', '@dagrejs/dagre', 'node:fs', 'node:fs/*'],
  },
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import '([^']+)'/g;

/** Files of a folder that a rule binds: tests and their helpers import what they like. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|spec|fixture)\./.test(name))
    .map((name) => `${folder}/${name.replaceAll(sep, '/')}`);
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Folder of the repository that an import of the project's own leads to; null for a package. */
function target(file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return `harness/${specifier.slice(1)}`;
  if (!specifier.startsWith('.')) return null;
  return relative(ROOT, join(ROOT, dirname(file), specifier)).replaceAll(sep, '/');
}

function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function within(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** The first folder of the table that a file lies in. */
function layerOf(file: string): string | undefined {
  return Object.keys(RULES).find((layer) => within(file, layer));
}

function allowed(file: string, specifier: string, layer: string, rule: Rule): boolean {
  const to = target(file, specifier);
  if (to === null) return rule.packages.some((pattern) => fits(specifier, pattern));
  return [layer, ...rule.folders].some((folder) => within(to, folder));
}

describe('dependency rule', () => {
  for (const [layer, rule] of Object.entries(RULES)) {
    it(`${layer} imports only ${[...rule.folders, ...rule.packages].join(', ') || 'itself'}`, () => {
      const files = filesOf(layer).filter((file) => layerOf(file) === layer);
      assert.ok(files.length > 0, `no file in ${layer}`);
      const broken = files.flatMap((file) =>
        importsOf(file)
          .filter((specifier) => !allowed(file, specifier, layer, rule))
          .map((specifier) => `${file} imports ${specifier}`),
      );
      assert.deepEqual(broken, []);
    });
  }

  it('the one mocha entry of the suites knows core and engine only', () => {
    const rule = { folders: ['harness/core', 'harness/engine', 'harness/contracts'], packages: ['node:*'] };
    const entry = 'suites/suites.spec.ts';
    const broken = importsOf(entry).filter((specifier) => !allowed(entry, specifier, 'none', rule));
    assert.deepEqual(broken, []);
  });

  it('every folder of sources is a layer of the table', () => {
    const sources = ['harness', 'suites', 'boards', 'reports'].flatMap((folder) => filesOf(folder));
    const homeless = sources.filter((file) => layerOf(file) === undefined);
    assert.deepEqual(homeless, []);
  });

  it('sees imports of every form', () => {
    const found = new Set(
      ['load-bench', 'import-typescript'].flatMap((name) => importsOf(`harness/engine/${name}.ts`)),
    );
    for (const specifier of ['node:fs', '#core/errors.ts', 'tsx/esm/api']) {
      assert.ok(found.has(specifier), specifier);
    }
  });
});
