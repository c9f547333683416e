import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assay } from './fake-streams.fixture.ts';

describe('assay discover', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assay-discover-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lists what is there, and what could not be looked for', async () => {
    const { exitCode, stdout } = await assay('discover', '--json');
    assert.equal(exitCode, 0);
    const document = JSON.parse(stdout) as { readonly found: unknown[]; readonly remarks: unknown[] };
    assert.ok(Array.isArray(document.found) && Array.isArray(document.remarks));
  });

  it('writes a bench file, and replaces one only when told to', async () => {
    const file = join(folder, 'lab.ts');
    assert.equal((await assay('discover', '--write', file)).exitCode, 0);
    const first = readFileSync(file, 'utf8');
    assert.match(first, /export const bench = defineBench\(/);
    const again = await assay('discover', '--write', file);
    assert.equal(again.exitCode, 64);
    assert.match(again.stderr, /--force/);
    assert.equal((await assay('discover', '--write', file, '--force')).exitCode, 0);
    assert.ok(existsSync(file));
  });
});
