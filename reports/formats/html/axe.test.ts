import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { skipBecause } from '#contracts/skip.ts';
import { testBrowser } from './browser.fixture.ts';
import { page as render } from './page.ts';
import { sampleReport } from './sample.fixture.ts';

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** How people meet the report. */
const VIEWS = [
  { name: 'on a wide screen', width: 1280, colorScheme: 'light', paper: false },
  { name: 'on a telephone', width: 375, colorScheme: 'light', paper: false },
  { name: 'in the dark', width: 1280, colorScheme: 'dark', paper: false },
  { name: 'as it is printed', width: 1280, colorScheme: 'light', paper: true },
] as const;

describe('accessibility of the HTML report, by axe-core', function () {
  this.timeout(60_000);
  let browser: Browser | undefined;

  before(async function () {
    browser = await testBrowser();
    if (browser === undefined) skipBecause(this, 'no Chromium is installed here (ASSAY_CHROMIUM names one)');
  });
  after(() => browser?.close());

  for (const { name, width, colorScheme, paper } of VIEWS) {
    it(`has no violation ${name}`, async () => {
      assert.ok(browser);
      // The page forbids scripts that are not its own; the examiner's is let in.
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      try {
        const page = await context.newPage();
        await page.setContent(render(sampleReport({ perAttack: 2, flawed: true }), { paper }));
        await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
        await page.evaluate(AXE);
        const results = (await page.evaluate(
          `axe.run(document, { resultTypes: ['violations'] })`,
        )) as AxeResults;
        const told = results.violations.map(
          ({ id, help, nodes }) =>
            `${id}: ${help}: ${nodes
              .map(({ html }) => html.slice(0, 120))
              .slice(0, 3)
              .join(' | ')}`,
        );
        assert.deepEqual(told, []);
        assert.ok(results.passes.length > 15, 'the examiner found something to examine');
      } finally {
        await context.close();
      }
    });
  }
});
