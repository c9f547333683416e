import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { skipBecause } from '#contracts/skip.ts';
import { testBrowser } from './html/browser.fixture.ts';
import { page as render } from './html/page.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { junitXml } from './junit.ts';

const HOSTILE = [
  '</li><script>window.owned = 1</script><img src=x onerror="window.owned=2">',
  '"><svg onload=alert(1)>{{7*7}}${7*7}',
  '\u001b[2J\u001b]0;title\u0007\u0000\u009b31m',
  'user\u202egnp.exe \u2066isolated\u2069 \u200fmark \ufeff',
  new TextDecoder().decode(Uint8Array.of(0xff, 0xfe, 0x41, 0xc3, 0x28)),
  'javascript:alert(1) https://example.invalid/beacon.png',
  'x'.repeat(1_048_576),
].join(' ');

/** A page with its complaints and every request it made but the one for itself. */
interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

describe('report.html in a browser', function () {
  let browser: Browser | undefined;
  let folder: string;
  let url: string;

  before(async function () {
    browser = await testBrowser();
    if (browser === undefined) skipBecause(this, 'no Chromium is installed here (ASSAY_CHROMIUM names one)');
    folder = await mkdtemp(join(tmpdir(), 'assay-report-'));
    const file = join(folder, 'report.html');
    await writeFile(
      file,
      render(sampleReport({ perAttack: 6, flawed: true, consoleText: HOSTILE }), { paper: false }),
    );
    url = pathToFileURL(file).href;
  });

  after(async () => {
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions = {}, hash = ''): Promise<Opened> {
    assert.ok(browser);
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const opened: Opened = { page, complaints: [], requests: [] };
    page.on('console', (message) => opened.complaints.push(message.text()));
    page.on('pageerror', (error) => opened.complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== `${url}${hash}` && request.url() !== url) opened.requests.push(request.url());
    });
    page.on('dialog', (dialog) => {
      opened.complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(`${url}${hash}`, { waitUntil: 'load' });
    return opened;
  }

  it('opens without a complaint and asks for nothing, also when everything is unfolded', async () => {
    const { page, complaints, requests } = await open();
    await page.getByRole('button', { name: 'Open all' }).click();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(complaints, []);
    assert.deepEqual(
      requests.filter((request) => !request.startsWith('data:')),
      [],
    );
  });

  it('shows hostile text from a board as text', async () => {
    const { page, complaints } = await open();
    await page.getByRole('button', { name: 'Open all' }).click();
    assert.equal(await page.evaluate('window.owned'), undefined);
    assert.equal(await page.locator('main img, main script, main svg [onload], main [onerror]').count(), 0);
    const text = await page.locator('main').innerText();
    assert.ok(text.includes('<script>window.owned = 1</script>'));
    assert.ok(text.includes(String.raw`\x1b[2J\x1b]0;title\x07\x00\x9b31m`));
    assert.doesNotMatch(text.replaceAll(/[\n\t]/g, ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
    assert.deepEqual(complaints, []);
  });

  it('does not scroll sideways at 375 px, folded or not', async () => {
    const { page } = await open({ viewport: { width: 375, height: 800 } });
    const overhang = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.equal(await overhang(), 0);
    await page.getByRole('button', { name: 'Open all' }).click();
    assert.equal(await overhang(), 0);
  });

  it('is reached by keyboard: skip link, contents, filters, then a scenario that unfolds', async () => {
    const { page } = await open();
    const seen: string[] = [];
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(
        await page.evaluate(
          'document.activeElement.id || document.activeElement.getAttribute("href") || document.activeElement.tagName',
        ),
      );
    }
    assert.deepEqual(seen.slice(0, 4), ['#main', '#summary', '#campaign', '#boards']);
    assert.ok(seen.indexOf('f-text') > 0 && seen.indexOf('f-board') === seen.indexOf('f-text') + 1);
    await page.locator('details.rec summary').first().focus();
    assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none');
    assert.equal(await page.evaluate('document.activeElement.parentElement.open'), false);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.parentElement.open'), true);
  });

  it('filters by verdict, board and words, and says how many are left', async () => {
    const { page } = await open();
    const rows = page.locator('table.list tr[data-v]:visible');
    const all = await rows.count();
    const left = page.locator('#f-count');
    assert.equal(await left.textContent(), `${all} of ${all} scenarios`);
    await page.locator('input[name=v][value=pass]').uncheck();
    const fails = await rows.count();
    assert.ok(fails > 0 && fails < all);
    await page.locator('#f-text').fill('power-loss variant-1');
    assert.ok((await rows.count()) < fails);
    assert.equal(await left.textContent(), `${await rows.count()} of ${all} scenarios`);
    await page.locator('#f-text').fill('nothing has this');
    assert.equal(await left.textContent(), `0 of ${all} scenarios`);
  });

  it('unfolds the scenario that a link names', async () => {
    const { page } = await open({}, '#r7');
    assert.ok(await page.locator('#r7').isVisible());
    await page.locator('table.list a[href="#r9"]').click();
    assert.ok(await page.locator('#r9').isVisible());
  });

  it('shows everything without script', async () => {
    const { page, complaints } = await open({ javaScriptEnabled: false });
    assert.ok(await page.locator('#filter').isHidden());
    assert.ok(await page.locator('table.list tr[data-v]').first().isVisible());
    await page.locator('details.rec summary').first().click();
    assert.ok(await page.locator('#r1').isVisible());
    assert.deepEqual(complaints, []);
  });

  it('has one title, one main part, a name for every region and a header for every cell', async () => {
    const { page } = await open();
    assert.match(await page.title(), /Update security of two virtual boards/);
    assert.equal(await page.locator('main').count(), 1);
    assert.equal(await page.locator('[role=region]:not([aria-label]):not([aria-labelledby])').count(), 0);
    assert.equal(await page.locator('table:not(:has(caption)), th:not([scope])').count(), 0);
    assert.equal(await page.locator('input:not(:is(label *)), select:not(:is(label *))').count(), 0);
    assert.equal(await page.locator('svg:not([aria-hidden]):not([aria-label])').count(), 0);
  });

  it('follows dark mode and reduced motion', async () => {
    const { page } = await open({ colorScheme: 'dark', reducedMotion: 'reduce' });
    assert.equal(
      await page.evaluate('getComputedStyle(document.documentElement).backgroundColor'),
      'rgb(14, 17, 22)',
    );
  });

  it('leaves controls off paper and prints black on white, dark mode or not', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('nav').isHidden());
    assert.ok(await page.locator('#filter').isHidden());
    assert.equal(
      await page.evaluate('getComputedStyle(document.documentElement).backgroundColor'),
      'rgb(255, 255, 255)',
    );
  });

  it('lights up the path that a record took', async () => {
    const { page } = await open({}, '#r3');
    const chart = page.locator('#r3 svg.sc');
    assert.match((await chart.getAttribute('aria-label')) ?? '', /Path taken: offering, then starting/);
    assert.ok(Number(await page.evaluate('document.querySelector("#r3 svg.sc").getBBox().width')) > 100);
    const lit = 'getComputedStyle(document.querySelector("#r3 svg.sc")).getPropertyValue("--n0")';
    assert.match(await page.evaluate<string>(lit), /^#/);
  });

  it('agrees with another XML reader that junit.xml is well-formed', async () => {
    const { page } = await open();
    const report = sampleReport({ perAttack: 4, flawed: true });
    const records = report.records.map((record) => Object.assign({}, record, { observed: HOSTILE }));
    const xml = JSON.stringify(junitXml({ ...report, records }));
    const [broken, cases] = await page.evaluate<number[]>(`(() => {
      const read = new DOMParser().parseFromString(${xml}, 'application/xml');
      return ['parsererror', 'testcase'].map((name) => read.querySelectorAll(name).length);
    })()`);
    assert.equal(broken, 0);
    assert.equal(cases, records.length);
  });
});
