import { CHANGES, type Change, type DiffRow, type RunDiff } from '#core/run-diff.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { badge, glyphDefinitions } from './verdict.ts';
import { count, moment } from './words.ts';

/** The words for each change, and what it means. */
const WORDS: Readonly<Record<Change, readonly [name: string, meaning: string]>> = {
  worse: ['Worse', 'The verdict is a worse one now.'],
  changed: ['Changed', 'It began or ceased to apply.'],
  'not-comparable': ['Not comparable', 'Both runs have it, and it was not the same test.'],
  'only-before': ['Only in the first run', 'The second run does not show it.'],
  'only-after': ['Only in the second run', 'The first run does not show it.'],
  better: ['Better', 'The verdict is a better one now.'],
  same: ['Same', 'The verdict did not change.'],
};

/** No contents beside the text here: it keeps to the margins of the heading. */
const MARGINS =
  'main,footer{max-width:none;padding-inline:clamp(1.2rem,3.5vw,3rem)}.list td{overflow-wrap:anywhere}';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

function headline({ same, totals, rows }: RunDiff): string {
  if (same) return `No verdict differs: ${count(rows.length, 'scenario')} compared.`;
  const parts = CHANGES.filter((change) => change !== 'same' && totals[change] > 0).map(
    (change) => `${totals[change]} ${WORDS[change][0].toLowerCase()}`,
  );
  return `${parts.join(', ')}; ${totals.same} the same.`;
}

function side(name: string, run: RunDiff['before']): Markup {
  const left = run.interrupted ? markup` <b>It was interrupted.</b>` : null;
  return markup`<div><dt>${name}</dt><dd>${run.title}<br><code>${run.id}</code>, ${moment(run.startedAt)}, seed ${run.seed}, bench ${run.bench.id}, assay ${run.tool.version}.${left}</dd></div>`;
}

function conditions({ conditions: differing }: RunDiff): Markup {
  if (differing.length === 0) return markup`<p>Seed, tool, bench and boards were the same.</p>`;
  const names = ['Of', 'What', 'First run', 'Second run'];
  const rows = differing.map(
    ({ about, what, before, after }) =>
      markup`<tr><td data-l="Of">${about}</td><th scope="row" data-l="What">${what}</th><td data-l="First run">${before}</td><td data-l="Second run">${after}</td></tr>`,
  );
  return markup`<table class="list"><caption class="sr">Conditions that differ</caption><thead><tr>${names.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

function verdict(of: DiffRow['before']): Markup {
  return of === null
    ? badge('not-run')
    : markup`${badge(of.verdict)}<span class="soft">${of.observed}</span>`;
}

function row({ board, flaws, scenario, title, before, after, why }: DiffRow): Markup {
  const built = [board, ...flaws].join(' + ');
  const reason = why === null ? null : markup`<span class="soft">${why}</span>`;
  return markup`<tr><td data-l="Board">${built}</td><th scope="row" data-l="Scenario">${title}<code class="id">${scenario}</code>${reason}</th>
<td data-l="First run">${verdict(before)}</td><td data-l="Second run">${verdict(after)}</td></tr>`;
}

function group(change: Change, rows: readonly DiffRow[]): Markup | null {
  const mine = rows.filter((one) => one.change === change);
  if (mine.length === 0) return null;
  const [name, meaning] = WORDS[change];
  return markup`<tbody><tr class="group"><th colspan="4" scope="rowgroup">${name}<span class="soft">${count(mine.length, 'scenario')}. ${meaning}</span></th></tr>${mine.map(row)}</tbody>`;
}

function scenarios({ rows }: RunDiff): Markup {
  const names = ['Board', 'Scenario', 'First run', 'Second run'];
  return markup`<table class="list"><caption class="sr">Scenarios by what became of them</caption><thead><tr>${names.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>${CHANGES.map((change) => group(change, rows))}</table>`;
}

/** The difference of two runs as one page that needs nothing else and runs nothing. */
export function diffPage(diff: RunDiff): string {
  const { before, after } = diff;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><title>Difference of ${before.id} and ${after.id}</title><style>${trusted(STYLE + MARGINS)}</style></head><body>
<a class="skip" href="#main">Skip to the difference</a>${glyphDefinitions()}
<header class="mast"><div><p class="brand"><b>Assay</b><span>Difference of two runs</span></p><h1>${headline(diff)}</h1></div></header>
<main id="main" tabindex="-1"><section aria-labelledby="h-runs"><h2 id="h-runs">The two runs</h2><dl class="facts">${side('First run', before)}${side('Second run', after)}</dl></section>
<section aria-labelledby="h-conditions"><h2 id="h-conditions">What was not the same</h2>${conditions(diff)}</section>
<section aria-labelledby="h-scenarios"><h2 id="h-scenarios">Scenario by scenario</h2>${scenarios(diff)}</section>
</main><footer>Results relate only to the items tested; a virtual board is a simulation. <b>End of the difference</b></footer></body></html>
`.text;
}
