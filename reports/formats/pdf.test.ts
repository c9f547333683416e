import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '#contracts/skip.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { findChromium } from './pdf/find-chromium.ts';
import { format } from './pdf.ts';

/** A program's output, or undefined where the machine does not have it. */
function output(program: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

describe('report.pdf', () => {
  const kept = process.env['ASSAY_CHROMIUM'];

  afterEach(() => {
    if (kept === undefined) delete process.env['ASSAY_CHROMIUM'];
    else process.env['ASSAY_CHROMIUM'] = kept;
  });

  it('is left out with a reason and a remedy where the named browser does not exist', async () => {
    process.env['ASSAY_CHROMIUM'] = '/nowhere/chromium';
    assert.deepEqual(await format.render(sampleReport({ perAttack: 1 })), {
      skipped:
        'ASSAY_CHROMIUM names /nowhere/chromium, which does not exist; install Chromium or Chrome, or set ASSAY_CHROMIUM to its path',
    });
  });

  it('is left out with a reason where the browser is none', async () => {
    process.env['ASSAY_CHROMIUM'] = process.execPath;
    const made = await format.render(sampleReport({ perAttack: 1 }));
    assert.ok('skipped' in made);
    assert.match(made.skipped, /made no PDF: .*set ASSAY_CHROMIUM to another/);
  });

  it('has numbered pages, the report id, the verdicts and its end', async function () {
    const found = findChromium();
    if ('missing' in found) skipBecause(this, found.missing);
    const report = sampleReport({ perAttack: 6 });
    const made = await format.render(report);
    assert.ok(made instanceof Uint8Array);
    assert.equal(new TextDecoder().decode(made.subarray(0, 5)), '%PDF-');
    const folder = await mkdtemp(join(tmpdir(), 'assay-pdf-'));
    try {
      const file = join(folder, 'report.pdf');
      await writeFile(file, made);
      const text = output('pdftotext', '-layout', file, '-');
      const info = output('pdfinfo', file);
      if (text === undefined || info === undefined) return;
      const pages = Number(/Pages:\s+(\d+)/.exec(info)?.[1]);
      assert.ok(pages > 3 && pages < 60, `${pages} pages`);
      assert.match(info, /Title:\s+Update security of two virtual boards/);
      assert.match(info, /Tagged:\s+yes/);
      for (const page of [1, 2, pages]) assert.match(text, new RegExp(`page ${page} of ${pages}\\b`));
      assert.ok(text.split(`Assay report ${report.id}`).length > pages);
      assert.match(text, /All \d+ judged scenarios passed\./);
      assert.match(text, new RegExp(`End of report ${report.id}`));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
