import type { Browser } from 'playwright-core';
import type { ReportFormat, RunReport } from '#core/record.ts';
import { escapeHtml } from './html/markup.ts';
import { page } from './html/page.ts';
import { findChromium } from './pdf/find-chromium.ts';

/** Longest that a browser may take for one step. */
const LIMIT_MS = 60_000;

async function launch(executablePath: string): Promise<Browser> {
  // Loaded here, since it takes longer than all the rest of a command that prints nothing.
  const { chromium } = await import('playwright-core');
  // Chromium refuses its sandbox to the superuser; everybody else keeps it.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args, timeout: LIMIT_MS });
}

function footer(report: RunReport): string {
  return `<div style="width:100%;margin:0 14mm;font:7.5pt sans-serif;color:#454d59;display:flex;justify-content:space-between">
<span>Assay report ${escapeHtml(report.id)}</span>
<span>page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`;
}

async function print(browser: Browser, report: RunReport): Promise<Uint8Array> {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
  const sheet = await context.newPage();
  sheet.setDefaultTimeout(LIMIT_MS);
  await sheet.setContent(page(report, { paper: true }), { waitUntil: 'load' });
  return sheet.pdf({
    format: 'A4',
    printBackground: true,
    preferCSSPageSize: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: footer(report),
    tagged: true,
    outline: true,
  });
}

async function render(report: RunReport): Promise<Uint8Array | { readonly skipped: string }> {
  const found = findChromium();
  if ('missing' in found) return { skipped: found.missing };
  try {
    await using browser = await launch(found.path);
    return await print(browser, report);
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
    return {
      skipped: `${found.path} made no PDF: ${first}; set ASSAY_CHROMIUM to another Chromium or Chrome`,
    };
  }
}

/** `report.pdf`: what the HTML report says, on paper, with the passes as an index. */
export const format: ReportFormat = { id: 'pdf', fileName: 'report.pdf', render };
