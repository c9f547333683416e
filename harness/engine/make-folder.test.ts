import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '#contracts/skip.ts';
import { makeFolder } from '#engine/make-folder.ts';

describe('make folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-folder-'));
  after(() => rmSync(root, { recursive: true }));

  it('makes every folder above, and is content with one that is there', () => {
    const path = join(root, 'a', 'b', 'c');
    makeFolder(path);
    makeFolder(path);
    assert.ok(existsSync(path));
  });

  it('says what is in the way', () => {
    writeFileSync(join(root, 'file'), '');
    assert.throws(() => makeFolder(join(root, 'file', 'below')), { code: 'ENOTDIR' });
  });

  it('ends where no folder can be made although the one above exists', function () {
    if (!existsSync('/proc/self')) skipBecause(this, 'this system has no /proc');
    assert.throws(() => makeFolder('/proc/assay'), { code: 'ENOENT' });
  });
});
