import { sha256Hex } from '#core/digest.ts';
import type { RunReport } from '#core/record.ts';
import { boards } from './boards.ts';
import { campaignSection } from './campaign.ts';
import { gaps } from './gaps.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { methods } from './methods.ts';
import { reading } from './reading.ts';
import { repeatsOf } from './repeats.ts';
import { scenarioDetails } from './scenario-detail.ts';
import { scenarioTable } from './scenario-table.ts';
import { SCRIPT } from './script.ts';
import { standardsCoverage } from './standards.ts';
import { chartDefinitions, statechartsOf } from './statechart.ts';
import { STYLE } from './style.ts';
import { subjectsOf } from './subjects.ts';
import { legend, summary } from './summary.ts';
import { glyphDefinitions } from './verdict.ts';
import { volumeOf } from './volume.ts';
import { moment } from './words.ts';

/** How a page is to be made. */
export interface PageOptions {
  /** For paper: nothing to open, nothing to click, no script. */
  readonly paper: boolean;
}

const CONTENTS: readonly (readonly [string, string])[] = [
  ['summary', 'Summary'],
  ['campaign', 'Who, for whom, how'],
  ['boards', 'What was tested'],
  ['gaps', 'What is not shown'],
  ['scenarios', 'Every scenario'],
  ['standards', 'Coverage of standards'],
  ['methods', 'Methods'],
  ['details', 'Scenarios in detail'],
  ['reading', 'How to read this report'],
];

/** Nothing may be loaded, sent or run but what this file holds: the script is allowed by its digest. */
function policy(): string {
  const digest = Buffer.from(sha256Hex(SCRIPT), 'hex').toString('base64');
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function head(report: RunReport): Markup {
  return markup`<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><meta name="generator" content="assay ${report.tool.version}">
<link rel="icon" href="data:,"><title>${report.title} · ${report.id}</title><style>${trusted(STYLE)}</style></head>`;
}

const MARK = trusted(
  '<svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><path d="M9.500 2h13L30 9.500v13L22.500 30h-13L2 22.500v-13Z"/><path d="m9.500 23 6.500-15 6.500 15M12 17.500h8"/></svg>',
);

function masthead(report: RunReport): Markup {
  return markup`<header class="mast"><div><p class="brand">${MARK}<b>Assay</b><span>Security test report</span></p>
<h1>${report.title}</h1><p class="soft">Report <code>${report.id}</code>, ${moment(report.startedAt)}</p></div></header>`;
}

function contents(): Markup {
  const links = CONTENTS.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`);
  return markup`<nav aria-label="Contents"><ol>${links}</ol>${legend()}</nav>`;
}

/** The whole report as one file. */
export function page(report: RunReport, { paper }: PageOptions): string {
  const subjects = subjectsOf(report);
  const charts = statechartsOf(report.attacks);
  const volume = volumeOf(subjects);
  const details = { report, charts, repeats: repeatsOf(report.records), paper, volume };
  return markup`<!doctype html>
<html lang="en">${head(report)}<body>
<a class="skip" href="#main">Skip to the report</a>${glyphDefinitions()}${chartDefinitions(charts.values())}
${masthead(report)}<div class="frame">${contents()}<main id="main" tabindex="-1">
${summary(report, subjects)}${campaignSection(report)}${boards(report)}${gaps(report, subjects)}${scenarioTable(subjects, details)}
${standardsCoverage(report, paper)}${methods(report)}${scenarioDetails(subjects, details)}${reading()}
</main></div><footer>Made by assay ${report.tool.version}. <b>End of report <code>${report.id}</code></b></footer>
${paper ? null : markup`<script>${trusted(SCRIPT)}</script>`}</body></html>
`.text;
}
