import type { RunReport } from '#core/record.ts';
import { cutPlot } from './cut-plot.ts';
import { markup, type Markup } from './markup.ts';
import { drawPath, type Statechart } from './statechart.ts';
import { subjectName, type FamilyGroup, type NumberedRecord, type Subject } from './subjects.ts';
import { timeline } from './timeline.ts';
import { badge } from './verdict.ts';
import { count, duration, familyName, grouped, moment, sentence } from './words.ts';

/** What the details are drawn from, beside the records themselves. */
export interface DetailContext {
  readonly report: RunReport;
  readonly charts: ReadonlyMap<string, Statechart>;
  /** Every detail open, for paper. */
  readonly expanded: boolean;
}

type Row = readonly [string, string | Markup];

function rows(items: readonly Row[]): Markup[] {
  return items.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
}

function coverage(record: NumberedRecord): Row[] {
  if (record.coverage === undefined) return [];
  const { cases, of, detail } = record.coverage;
  const more = Object.entries(detail ?? {}).map(([name, value]) => `${name} ${value}`);
  return [['Coverage', [`${grouped(cases)} ${of}`, ...more].join(', ')]];
}

function control(record: NumberedRecord): string | Markup {
  if (record.control === null) return 'This scenario is itself a positive control.';
  const { scenario, verdict, head } = record.control;
  return markup`${badge(verdict)} <code>${scenario}</code>, evidence head <code class="hash">${head}</code>`;
}

function judgement(record: NumberedRecord): Row[] {
  return [
    ['Rule', sentence(record.rule)],
    ['Expected', sentence(record.expected)],
    ['Observed', sentence(record.observed)],
    [
      'Proof reached',
      record.reached === null
        ? 'None: the state the attack aims at was not shown to be reached.'
        : sentence(record.reached),
    ],
    ['Positive control', control(record)],
    ...coverage(record),
  ];
}

function provenance(record: NumberedRecord): Row[] {
  return [
    ['Stimulus SHA-256', markup`<code class="hash">${record.stimulus}</code>`],
    ['Seed', markup`<code>${record.seed}</code>`],
    ['Started', moment(record.startedAt)],
    ['Took', `${duration(record.wallMs)}; ${duration(record.rigMs)} on the board's clock`],
    [
      'Evidence file',
      markup`<code>${record.evidence.file}</code>, ${count(record.evidence.entries, 'entry', 'entries')}`,
    ],
    ['Evidence head', markup`<code class="hash">${record.evidence.head}</code>`],
  ];
}

function findings(record: NumberedRecord): Markup | null {
  if (record.findings.length === 0) return null;
  const items = record.findings.map(
    ({ id, text, reference }) =>
      markup`<li><code>${id}</code> ${text}${reference === undefined ? null : markup` <span class="soft">${reference}</span>`}</li>`,
  );
  return markup`<div class="findings"><b>Findings</b><ul>${items}</ul></div>`;
}

function detail(record: NumberedRecord, { report, charts, expanded }: DetailContext): Markup {
  const strip = report.cuts[record.evidence.file];
  return markup`<details class="rec"${expanded ? markup` open` : null}><summary>${badge(record.verdict)}<h5>${record.title}</h5>
<code class="id">${record.scenario}</code></summary>
<div class="body" id="r${record.number}" tabindex="-1">${findings(record)}
<dl class="facts wide">${rows(judgement(record))}</dl>
${strip === undefined ? null : cutPlot(strip)}
<div class="pair"><div class="left">${drawPath(charts.get(record.attack), record.path)}</div>
<div class="right">${timeline(report.timelines[record.evidence.file] ?? [])}</div></div>
<dl class="facts wide small">${rows(provenance(record))}</dl></div></details>`;
}

function attackGroup(attackId: string, records: readonly NumberedRecord[], context: DetailContext): Markup {
  const attack = context.report.attacks.find(({ id }) => id === attackId);
  return markup`<div class="attack"><h4>${attack?.title ?? attackId} <code class="id">${attackId}</code></h4>
${attack === undefined ? null : markup`<p class="why">${attack.why}</p>`}${records.map((record) => detail(record, context))}</div>`;
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
      markup`<div class="family" id="d-${family.key}"><p class="fam">${familyName(family.family)}</p>${familyPart(family, context)}</div>`,
  );
  return markup`<div class="subject"><h3>${subjectName(subject)}</h3>${flaws}${families}</div>`;
}

/** Every scenario in full: judgement, path, timeline and where its evidence is. */
export function scenarioDetails(subjects: readonly Subject[], context: DetailContext): Markup {
  return markup`<section id="details" aria-labelledby="h-details"><h2 id="h-details">Scenarios in detail</h2>
<p class="tools" id="fold" hidden><button type="button" data-open="1">Open all</button><button type="button" data-open="">Close all</button></p>
${subjects.map((subject) => subjectPart(subject, context))}</section>`;
}
