import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '../../harness/contracts/skip.ts';
import type { RecordSummary, RunReport } from '#core/record.ts';
import { diffRuns } from '#core/run-diff.ts';
import { discoverFormats } from '#engine/discovery.ts';
import { ALL_HOSTILE, HOSTILE } from './text/hostile.fixture.ts';
import { diffPage } from './html/diff-page.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { findChromium } from './pdf/find-chromium.ts';

/** A report in which everything that can come from a board is hostile. */
function hostileReport(text: string): RunReport {
  const report = sampleReport({
    perAttack: 2,
    only: ['control/update', 'rollback/unconfirmed'],
    consoleText: text,
  });
  const poisoned = (record: RecordSummary): RecordSummary =>
    Object.assign({}, record, {
      verdict: record.family === 'control' ? 'pass' : 'fail',
      observed: text,
      expected: text,
      rule: text,
      reached: text,
      findings: [{ id: 'from-board', text, reference: text }],
    });
  const boards = report.boards.map((board) =>
    Object.assign({}, board, {
      bootloader: text,
      soc: text,
      firmware: { ...board.firmware, version: text },
      instruments: { channel: text },
      fuses: { [text]: text },
    }),
  );
  return { ...report, boards, records: report.records.map(poisoned) };
}

/** Characters that act on a terminal or turn text around; line feeds are each format's own. */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Pairs of tags in an HTML page that a browser would run or load. */
const RUNS =
  /<(?:img|iframe|object|embed|link rel="(?!icon)|svg onload|x[ >])|\son\w+\s*=\s*["']?alert|javascript:alert\(5\)["']/i;

async function rendered(id: string, report: RunReport): Promise<string> {
  const format = (await discoverFormats()).find((candidate) => candidate.id === id);
  const content = await format?.render(report);
  assert.ok(content instanceof Uint8Array, id);
  return new TextDecoder('utf-8', { fatal: true }).decode(content);
}

/** Tags without what is between them, the style and our own script left out. */
function tagsOf(html: string): readonly string[] {
  const bare = html.replaceAll(/<(style|script)>[^]*?<\/\1>/g, '');
  return bare.match(/<[^>]*>/g) ?? [];
}

describe('hostile board output', () => {
  const text = ALL_HOSTILE;
  const report = hostileReport(text);

  for (const id of ['html', 'json', 'junit', 'summary', 'sarif', 'oscal', 'cyclonedx', 'in-toto']) {
    it(`${id}: holds no character that acts`, async () => {
      const file = await rendered(id, report);
      assert.doesNotMatch(file.replaceAll('\n', ''), ACTING);
    });
  }

  it('html: is text, in no tag and in no attribute', async () => {
    for (const page of [await rendered('html', report), diffPage(diffRuns(report, report))]) {
      for (const tag of tagsOf(page)) assert.doesNotMatch(tag, RUNS, tag.slice(0, 200));
      assert.equal(page.match(/<script>/g)?.length ?? 0, page.includes('<script>') ? 1 : 0);
      assert.ok(page.includes('&lt;img src=x onerror=alert(1)&gt;'));
    }
  });

  it('junit: is well-formed XML that declares nothing', async () => {
    const xml = await rendered('junit', report);
    assert.doesNotMatch(xml, /<!|<\?(?!xml version)|<x[ >]|&(?!(?:amp|lt|gt|quot);)/);
    assert.ok(xml.includes('&lt;!DOCTYPE'));
  });

  it('summary: is inert Markdown, a row a line', async () => {
    const markdown = await rendered('summary', report);
    assert.doesNotMatch(
      markdown,
      /(?<!\\)\[x\]|<img|<details|(?<!\\)!\[|@everyone|javascript:alert\(5\)\)(?!\\)/,
    );
    assert.ok(markdown.split('\n').every((line) => !line.startsWith('# ')));
  });

  for (const id of ['json', 'sarif', 'oscal', 'cyclonedx', 'in-toto']) {
    it(`${id}: parses, and says the same as ever about the verdicts`, async () => {
      const [bad, good] = [hostileReport(text), hostileReport('quiet')];
      const shape = (file: string) =>
        JSON.stringify(JSON.parse(file), (_, value: unknown) => (typeof value === 'string' ? '' : value));
      const [one, two] = [await rendered(id, bad), await rendered(id, good)];
      if (id !== 'json') assert.equal(shape(one), shape(two));
      assert.ok(id === 'json' || one.length < 2_000_000, `${one.length} characters`);
    });
  }

  for (const [aim, part] of Object.entries(HOSTILE)) {
    it(`of the kind "${aim}" leaves the frame of the page as it was`, async () => {
      const count = (page: string) => tagsOf(page).length;
      const [bad, good] = [
        await rendered('html', hostileReport(part)),
        await rendered('html', hostileReport('quiet')),
      ];
      assert.equal(count(bad), count(good));
    });
  }

  it('html: runs nothing in a real browser', async function () {
    this.timeout(120_000);
    const found = findChromium();
    if ('missing' in found) skipBecause(this, found.missing);
    const folder = mkdtempSync(join(tmpdir(), 'assay-hostile-'));
    try {
      const file = join(folder, 'report.html');
      writeFileSync(file, await rendered('html', report));
      const flags = ['--headless', '--disable-gpu', '--dump-dom', '--virtual-time-budget=2000'];
      const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const dom = execFileSync(found.path, [...flags, ...root, `file://${file}`], {
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 64 * 1024 * 1024,
      });
      for (const tag of tagsOf(dom)) assert.doesNotMatch(tag, RUNS, tag.slice(0, 200));
      assert.match(dom, /onerror=alert\(1\)&gt;/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('pdf: shows it as text, and holds no script', async function () {
    this.timeout(120_000);
    const found = findChromium();
    if ('missing' in found) skipBecause(this, found.missing);
    if (spawnSync('pdftotext', ['-v']).status !== 0) skipBecause(this, 'no pdftotext on PATH');
    const { long: _long, ...rest } = HOSTILE;
    const format = (await discoverFormats()).find(({ id }) => id === 'pdf');
    const pdf = await format?.render(hostileReport(Object.values(rest).join(' ')));
    assert.ok(pdf instanceof Uint8Array);
    assert.doesNotMatch(Buffer.from(pdf).toString('latin1'), /\/(?:JavaScript|JS|Launch|EmbeddedFile)\b/);
    const shown = execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' });
    assert.match(shown.replaceAll(/\s/g, ''), /<imgsrc=xonerror=alert\(1\)>/);
    assert.match(shown, /\\x1b\[2J/);
    assert.doesNotMatch(shown.replaceAll(/[\n\f]/g, ''), ACTING);
  });
});
