import type { RunReport } from '#core/record.ts';
import { cutFailureView } from './cut-failure-view.ts';
import { cutPlot } from './cut-plot.ts';
import { halves, sideBySide, tearTable } from './cut-table.ts';
import { markup, type Markup } from './markup.ts';
import type { NumberedRecord } from './subjects.ts';
import { timedPlot } from './timed-plot.ts';
import { badge } from './verdict.ts';
import { grouped } from './words.ts';

/** Everything about the power cuts of one record: by operation, by time, and how it failed. */
export function cutViews(record: NumberedRecord, report: RunReport): Markup | null {
  const strip = report.cuts[record.evidence.file];
  const timed = report.timedCuts[record.evidence.file];
  const failure = cutFailureView(record, report);
  if (strip === undefined && timed === undefined && failure === null) return null;
  const bySweep =
    strip === undefined ? null : markup`${cutPlot(strip)}${sideBySide(strip)}${tearTable(strip)}`;
  return markup`${bySweep}${timed === undefined ? null : timedPlot(timed)}${failure}`;
}

function overviewRow(record: NumberedRecord, report: RunReport): Markup | null {
  const strip = report.cuts[record.evidence.file];
  if (strip === undefined) return null;
  const { between, inside } = halves(strip);
  const number = (n: number, bad = false) =>
    markup`<td class="n${bad && n > 0 ? ' bad' : ''}">${grouped(n)}</td>`;
  const odd = strip.tears.reduce((sum, tear) => sum + tear.odd, 0);
  const states = record.coverage?.detail?.['distinct flash states'];
  return markup`<tr><td>${badge(record.verdict)}</td><th scope="row"><a href="#r${record.number}">${record.scenario.replace('power-loss/', '')}</a></th><td>${strip.phase}</td>
${number(strip.operations)}${number(record.coverage?.cases ?? 0)}<td class="n">${states ?? ''}</td>${number(between.cuts)}${number(between.failures, true)}${number(inside.cuts)}${number(inside.failures, true)}${number(odd)}</tr>`;
}

/** The sweeps of a board side by side: phase by phase, between operations and inside them. */
export function cutOverview(records: readonly NumberedRecord[], report: RunReport): Markup | null {
  const rows = records.map((record) => overviewRow(record, report)).filter((row) => row !== null);
  if (rows.length === 0) return null;
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Power cuts at a glance"><table class="brief tears"><caption>Power cuts at a glance: what cuts between flash operations find, beside what cuts inside them find</caption>
<thead><tr><th scope="col">Verdict</th><th scope="col">Scenario</th><th scope="col">Phase</th><th scope="col" class="n">Operations</th><th scope="col" class="n">Cuts</th><th scope="col" class="n">Distinct states</th><th scope="col" class="n">Between: cuts</th><th scope="col" class="n">failures</th><th scope="col" class="n">Inside: cuts</th><th scope="col" class="n">failures</th><th scope="col" class="n">Oddities</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
