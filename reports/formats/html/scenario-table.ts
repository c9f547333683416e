import { markup, trusted, type Markup } from './markup.ts';
import { paperRow } from './paper-row.ts';
import { type DetailContext, isRun, withoutControl } from './record-body.ts';
import { subjectName, type FamilyGroup, type NumberedRecord, type Subject } from './subjects.ts';
import { badge, SHOWN } from './verdict.ts';
import { familyName, sentence } from './words.ts';

function control(record: NumberedRecord): Markup {
  if (record.control === null) return markup`<span class="soft">${withoutControl(record)}</span>`;
  return markup`<span class="soft">Control: ${badge(record.control.verdict)} <code>${record.control.scenario}</code></span>`;
}

function proof(record: NumberedRecord): string {
  return record.reached === null
    ? 'The state aimed at was not shown to be reached.'
    : `Reached: ${record.reached}`;
}

function seen(record: NumberedRecord): Markup {
  if (!isRun(record)) return markup`<span class="soft">Not run.</span>`;
  return markup`<span class="soft">Expected: ${record.expected}</span><span>Observed: ${record.observed}</span>`;
}

function grounds(record: NumberedRecord): Markup {
  const rule = markup`<span>${sentence(record.rule)}</span>`;
  if (!isRun(record)) return rule;
  return markup`${rule}<span class="soft">${proof(record)}</span>${control(record)}`;
}

function row(record: NumberedRecord): Markup {
  return markup`<tr data-v="${record.verdict}"><td data-l="Verdict">${badge(record.verdict)}</td>
<th scope="row" data-l="Scenario"><a href="#r${record.number}">${record.title}</a><code class="id">${record.scenario}</code></th>
<td data-l="Expected and observed">${seen(record)}</td>
<td data-l="Rule, proof and control">${grounds(record)}</td></tr>`;
}

/** On paper the row holds all there is to say, unless the scenario stands in full further on. */
function rows(record: NumberedRecord, context: DetailContext): Markup {
  const { paper, volume } = context;
  const more = paper && !volume.isLarge && !volume.full.has(record.number);
  return markup`${row(record)}${more ? paperRow(record, context) : null}`;
}

function group(subject: Subject, family: FamilyGroup, context: DetailContext): Markup {
  const { paper, volume } = context;
  const shown = family.records.filter(({ number }) => !paper || !volume.isLarge || volume.full.has(number));
  if (shown.length === 0) return trusted('');
  return markup`<tbody id="t-${family.key}" data-b="${subject.key}"
    ><tr class="group"><th colspan="4" scope="rowgroup">${familyName(family.family)}<span class="soft">${subjectName(subject)}</span></th></tr
    >${shown.map((record) => rows(record, context))}</tbody
  >`;
}

/** Controls for the script; without it they stay hidden, since they could do nothing. */
function filters(subjects: readonly Subject[]): Markup {
  const verdicts = SHOWN.map(
    (verdict) =>
      markup`<label class="pick"><input type="checkbox" name="v" value="${verdict}" checked />${badge(verdict)}</label>`,
  );
  const boards = subjects.map(
    (subject) => markup`<option value="${subject.key}">${subjectName(subject)}</option>`,
  );
  return markup`<form id="filter" class="filter" hidden aria-label="Filter scenarios"
    ><label class="field">Search<input id="f-text" type="search" autocomplete="off" spellcheck="false" /></label
    ><label class="field">Board<select id="f-board"><option value="">All boards</option>${boards}</select></label
    ><fieldset><legend>Verdicts</legend>${verdicts}</fieldset
    ><output id="f-count" aria-live="polite"></output></form
  >`;
}

/** Every scenario with what decided its verdict; on paper, of very many only those that stand in full. */
export function scenarioTable(subjects: readonly Subject[], context: DetailContext): Markup {
  const left = context.paper && context.volume.isLarge;
  const note = left
    ? markup`<p>Only scenarios that did not pass on a sound board; every other one is listed under Scenarios in detail.</p>`
    : null;
  const names = ['Verdict', 'Scenario', 'Expected and observed', 'Rule, proof and control'];
  return markup`<section id="scenarios" aria-labelledby="h-scenarios"
    ><h2 id="h-scenarios">Every scenario</h2>${filters(subjects)}${note}<table class="list"
      ><caption class="sr">Scenarios with verdict, expected and observed behaviour, decision rule and control</caption
      ><thead><tr>${names.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead
      >${subjects.flatMap((subject) => subject.families.map((family) => group(subject, family, context)))}</table
    ></section
  >`;
}
