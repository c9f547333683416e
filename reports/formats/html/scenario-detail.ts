import { cutOverview } from './cut-views.ts';
import { markup, type Markup } from './markup.ts';
import { coverageText, recordBody, type DetailContext } from './record-body.ts';
import { recordLines } from './record-lines.ts';
import { repetitionText } from './repeats.ts';
import { drawMachines } from './statechart.ts';
import { subjectName, type FamilyGroup, type NumberedRecord, type Subject } from './subjects.ts';
import { badge } from './verdict.ts';
import { count, duration, familyName, moment } from './words.ts';

function detail(record: NumberedRecord, context: DetailContext): Markup {
  const open = context.paper ? markup` open` : null;
  return markup`<details class="rec"${open}><summary>${badge(record.verdict)}<h5>${record.title}</h5>
<code class="id">${record.scenario}</code></summary>${recordBody(record, context)}</details>`;
}

/** What a line of the index tells beside verdict, rule, expected and observed, which the table of scenarios has. */
function indexRow(record: NumberedRecord, { repeats }: DetailContext): Markup {
  const { number, scenario, stimulus, evidence, findings } = record;
  const facts = [
    coverageText(record),
    repetitionText(record, repeats),
    `${moment(record.startedAt)}, ${duration(record.wallMs)}`,
    ...findings.map(({ id, text }) => `${id}: ${text}`),
  ].filter((fact) => fact !== undefined);
  return markup`<tr><td>${badge(record.verdict)}</td><th scope="row"><code id="r${number}">${scenario}</code>
${facts.map((fact) => markup`<span>${fact}</span>`)}</th><td><span>stimulus <code class="hash">${stimulus}</code></span>
<span>${count(evidence.entries, 'entry', 'entries')} to <code class="hash">${evidence.head}</code></span><code>${evidence.file}</code></td></tr>`;
}

function evidenceIndex(records: readonly NumberedRecord[], context: DetailContext): Markup | null {
  if (records.length === 0) return null;
  return markup`<table class="brief"><thead><tr><th scope="col">Verdict</th><th scope="col">Scenario</th>
<th scope="col">SHA-256 of stimulus and of the last evidence entry</th></tr></thead><tbody>${records.map((record) => indexRow(record, context))}</tbody></table>`;
}

/** What does not stand in full is an index: a table, or where there would be no end of it, lines. */
function onPaper(records: readonly NumberedRecord[], context: DetailContext): Markup {
  const { full, isLarge } = context.volume;
  const told = records.filter(({ number }) => full.has(number)).map((record) => detail(record, context));
  const rest = records.filter(({ number }) => !full.has(number));
  return markup`${told}${isLarge ? recordLines(rest) : evidenceIndex(rest, context)}`;
}

function attackGroup(attackId: string, records: readonly NumberedRecord[], context: DetailContext): Markup {
  const attack = context.report.attacks.find(({ id }) => id === attackId);
  return markup`<div class="attack"><h4>${attack?.title ?? attackId} <code class="id">${attackId}</code></h4>
${attack === undefined ? null : markup`<p class="why">${attack.why}</p>`}
${context.paper ? onPaper(records, context) : records.map((record) => detail(record, context))}</div>`;
}

function familyPart(family: FamilyGroup, context: DetailContext): Markup[] {
  const attacks = [...new Set(family.records.map((record) => record.attack))];
  return attacks.map((attack) =>
    attackGroup(
      attack,
      family.records.filter((record) => record.attack === attack),
      context,
    ),
  );
}

function subjectPart(subject: Subject, context: DetailContext): Markup {
  const flaws =
    subject.flaws.length === 0
      ? null
      : markup`<p class="soft">Built with ${subject.flaws.map((flaw, index) => markup`${index > 0 ? ', ' : ''}<code>${flaw}</code>`)}.</p>`;
  const families = subject.families.map(
    (family) =>
      markup`<div class="family" id="d-${family.key}"><p class="fam">${familyName(family.family)}</p>${cutOverview(family.records, context.report)}${familyPart(family, context)}</div>`,
  );
  return markup`<div class="subject"><h3>${subjectName(subject)}</h3>${flaws}${families}</div>`;
}

const PAPER = markup`<p>On paper, scenarios that did not pass on a sound board are shown in full; all others with the head of their
evidence. Their paths and timelines are in the HTML report and in the
run folder. The machines behind them are drawn at the end.</p>`;

const LARGE = markup`<p>There are too many scenarios to show each on paper. Those that did not pass on a sound board are shown in full, up to
the first two hundred; every other one has its verdict, the SHA-256 of its stimulus and the head of its evidence. What was expected and
observed in each is in the HTML report and in the run folder.</p>`;

const TOOLS = markup`<p class="tools" id="fold" hidden><button type="button" data-open="1">Open all</button>
<button type="button" data-open="">Close all</button></p>`;

/** Every scenario in full: judgement, path, timeline and where its evidence is. */
export function scenarioDetails(subjects: readonly Subject[], context: DetailContext): Markup {
  return markup`<section id="details" aria-labelledby="h-details"><h2 id="h-details">Scenarios in detail</h2>
${context.paper ? (context.volume.isLarge ? LARGE : PAPER) : TOOLS}${subjects.map((subject) => subjectPart(subject, context))}
${context.paper ? drawMachines(context.charts) : null}</section>`;
}
