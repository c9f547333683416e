import type { ListedRun, RunListPage } from '#core/run-list.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { badge, glyphDefinitions, SHOWN } from './verdict.ts';
import { count, moment } from './words.ts';

const STATES = { running: 'not ended', interrupted: 'interrupted', ended: null } as const;

const LAYOUT =
  '.runs{max-width:72rem;margin:2rem auto;padding:0 1.2rem}.runs td,.runs th{padding:.5rem .8rem .5rem 0}';

function totals({ totals: counts }: ListedRun): string {
  const told = SHOWN.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${counts[verdict]} ${verdict}`,
  );
  return told.length === 0 ? 'no verdict' : told.join(', ');
}

function fileLink(name: string, file: string): Markup {
  return markup`<a href="/runs/${encodeURIComponent(name)}/${encodeURIComponent(file)}">${file}</a> `;
}

function row(run: ListedRun): Markup {
  const { name, title, bench, startedAt, seed, verdict, files } = run;
  const state = STATES[run.state];
  const main = files.includes('report.html')
    ? markup`<a href="/runs/${encodeURIComponent(name)}/report.html">${title}</a>`
    : title;
  return markup`<tr><td>${verdict === null ? null : badge(verdict)}</td><th scope="row">${main}<br><code class="id">${name}</code></th>
<td>${moment(startedAt)}<br><span class="soft">${bench}, seed ${seed}</span></td>
<td>${totals(run)}${state === null ? null : markup`<br><b>${state}</b>`}</td>
<td class="small">${files.map((file) => fileLink(name, file))}<a href="/runs/${encodeURIComponent(name)}/verify">verify</a></td></tr>`;
}

function list(runs: readonly ListedRun[]): Markup {
  if (runs.length === 0) return markup`<p>There are no runs here yet: <code>assay run</code> makes one.</p>`;
  const names = ['Verdict', 'Run', 'When, where', 'Scenarios', 'Files'];
  return markup`<div class="scroll" role="group" aria-label="Runs" tabindex="0"><table class="list"><thead><tr>${names.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${runs.map(row)}</tbody></table></div>`;
}

/** The runs of a folder, newest first, each with its verdict and its files. */
export const page: RunListPage = (runs, place) =>
  new TextEncoder().encode(
    markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Assay runs</title><style>${trusted(STYLE + LAYOUT)}</style></head>
<body>${glyphDefinitions()}<main class="runs"><h1>Runs</h1>
<p class="soft">${count(runs.length, 'run', 'runs')} in <code>${place}</code>, newest first</p>${list(runs)}</main></body></html>
`.text,
  );
