import type { RunReport } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';
import { markup, type Markup } from './markup.ts';
import type { NumberedRecord, Subject } from './subjects.ts';
import { badge } from './verdict.ts';
import { count, sentence } from './words.ts';

/** Links shown for one reason; the table has the others. */
const MOST_LINKS = 12;

function byReason(records: readonly NumberedRecord[]): ReadonlyMap<string, readonly NumberedRecord[]> {
  const reasons = new Map<string, NumberedRecord[]>();
  for (const record of records) {
    const known = reasons.get(record.rule);
    if (known === undefined) reasons.set(record.rule, [record]);
    else known.push(record);
  }
  return reasons;
}

function links(records: readonly NumberedRecord[]): Markup {
  const shown = records
    .slice(0, MOST_LINKS)
    .map(
      (record) =>
        markup`<li><a href="#r${record.number}">${record.scenario}</a> <span class="soft">${record.board}</span></li>`,
    );
  const left = records.length - MOST_LINKS;
  return markup`<ul class="refs">${shown}${left > 0 ? markup`<li class="soft">and ${left} more in the table</li>` : null}</ul>`;
}

function open(verdict: Verdict, records: readonly NumberedRecord[]): Markup | null {
  const of = records.filter((record) => record.verdict === verdict);
  if (of.length === 0) return null;
  const reasons = [...byReason(of)].map(
    ([reason, held]) =>
      markup`<li><p>${sentence(reason)} <span class="soft">(${count(held.length, 'scenario')})</span></p>${links(held)}</li>`,
  );
  return markup`<div class="gap"><h3>${badge(verdict)}</h3><ul class="reasons">${reasons}</ul></div>`;
}

function notes(report: RunReport): Markup[] {
  const simulated = report.boards.filter((board) => board.kind !== 'board');
  return [
    markup`<li>Results relate only to the items tested, as identified above, in the state they were in.</li>`,
    simulated.length === 0
      ? null
      : markup`<li
          ><strong>${simulated.map((board) => board.title).join('; ')}</strong>: simulated or emulated. A virtual board is a
          simulation; what it did says nothing yet about silicon, wiring or a product.</li
        >`,
    report.interrupted
      ? markup`<li>The run was interrupted: scenarios planned after that point are missing.</li>`
      : null,
    markup`<li>A pass means that these inputs did not break the rule. It is not proof that no other input can.</li>`,
    markup`<li>No clause of a standard is decided here; the run only contributes evidence.</li>`,
  ].filter((note) => note !== null);
}

/** What this report does not show: open verdicts with their reasons, and the limits of all others. */
export function gaps(report: RunReport, subjects: readonly Subject[]): Markup {
  const records = subjects.flatMap((subject) => subject.families.flatMap((family) => family.records));
  const verdicts: readonly Verdict[] = ['error', 'inconclusive', 'not-applicable'];
  const held = verdicts.map((verdict) => open(verdict, records)).filter((part) => part !== null);
  return markup`<section id="gaps" aria-labelledby="h-gaps"
    ><h2 id="h-gaps">What is not shown</h2
    ><ul class="notes">${notes(report)}</ul
    >${
      held.length === 0
        ? markup`<p class="soft">No scenario was inconclusive, in error or not applicable.</p>`
        : held
    }</section
  >`;
}
