import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs mocha with this reporter over one test file and gives the lines it printed. */
function linesOf(testFile: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-reporter-'));
  try {
    const file = join(folder, 'subject.cjs');
    writeFileSync(file, testFile);
    const mocha = [
      'node_modules/mocha/bin/mocha.js',
      '--no-config',
      '--require',
      './harness/contracts/closing-line.ts',
    ];
    const node = ['--import', 'tsx', ...mocha, '--reporter', 'closing-line', file];
    return spawnSync(process.execPath, node, { encoding: 'utf8' }).stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('closing line reporter', () => {
  it('ends with the counts, and says nothing of skips where there are none', () => {
    const lines = linesOf(`describe('a', () => { it('x', () => {}); it('y', () => {}); })`);
    assert.deepEqual(lines, ['  ok  a: 2 passed, 0 failed', '', '2 passed, 0 failed']);
  });

  it('shows what was skipped and each failure before the counts', () => {
    const lines = linesOf(`
      describe('a', () => {
        it.skip('x: no board', () => {});
        it('y', () => { throw new Error('broken'); });
      });`);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 1 skipped');
    assert.ok(lines.includes('  a x: no board'), lines.join('\n'));
    assert.ok(
      lines.some((line) => line.includes('Error: broken')),
      lines.join('\n'),
    );
  });

  it('shows the reason of a suite that its hook skipped', () => {
    const skip = new URL('skip.ts', import.meta.url).href;
    const lines = linesOf(`
      describe('a', () => {
        before(async function () {
          (await import(${JSON.stringify(skip)})).skipBecause(this, 'no board');
        });
        it('x', () => {});
      });`);
    assert.equal(lines.at(-1), '0 passed, 0 failed, 1 skipped');
    assert.ok(lines.includes('  a: no board x'), lines.join('\n'));
  });

  it('counts a failing hook', () => {
    const lines = linesOf(
      `describe('a', () => { before(() => { throw new Error('h'); }); it('x', () => {}); })`,
    );
    assert.equal(lines.at(-1), '0 passed, 1 failed');
  });
});
