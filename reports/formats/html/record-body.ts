import type { Finding, FindingClass } from '#core/outcome.ts';
import type { RunReport } from '#core/record.ts';
import { cutViews } from './cut-views.ts';
import { findingViews } from './finding-view.ts';
import { markup, type Markup } from './markup.ts';
import { repetitionText, type Repeats } from './repeats.ts';
import { drawPath, type Statechart } from './statechart.ts';
import type { NumberedRecord } from './subjects.ts';
import { timeline } from './timeline.ts';
import { badge } from './verdict.ts';
import { isDrawn, type Volume } from './volume.ts';
import { count, duration, grouped, moment, sentence } from './words.ts';

/** What the details are drawn from, beside the records themselves. */
export interface DetailContext {
  readonly report: RunReport;
  readonly charts: ReadonlyMap<string, Statechart>;
  readonly repeats: Repeats;
  /** For paper, where nothing opens: in full only what did not simply pass, the rest as an index of its evidence. */
  readonly paper: boolean;
  readonly volume: Volume;
}

/** A chart up to this width leaves room for the timeline beside it. */
const NARROW = 440;

type Row = readonly [string, string | Markup];

function rows(items: readonly Row[]): Markup[] {
  return items.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
}

/** How many cases of what a scenario went through; undefined where it has but one. */
export function coverageText({ coverage }: NumberedRecord): string | undefined {
  if (coverage === undefined) return undefined;
  const { cases, of, detail = {} } = coverage;
  const figure = (value: string | number) => (Number.isInteger(value) ? grouped(Number(value)) : value);
  const more = Object.entries(detail).map(([name, value]) => `${name}: ${figure(value)}`);
  return [`${grouped(cases)} ${of}`, ...more].join('; ');
}

/** Whether a board was attacked at all. */
export function isRun({ verdict }: Pick<NumberedRecord, 'verdict'>): boolean {
  return verdict !== 'not-applicable';
}

/** Why a record names no positive control. */
export function withoutControl({ family }: Pick<NumberedRecord, 'family'>): string {
  return family === 'control'
    ? 'This scenario is itself a positive control.'
    : 'None was looked at: the scenario did not come so far.';
}

function control(record: NumberedRecord): string | Markup {
  if (record.control === null) return withoutControl(record);
  const { scenario, verdict, head } = record.control;
  return markup`${badge(verdict)} <code>${scenario}</code>, evidence head <code class="hash">${head}</code>`;
}

function judgement(record: NumberedRecord, { report, repeats }: DetailContext): Row[] {
  const why = report.attacks.find(({ id }) => id === record.attack)?.why ?? 'Not recorded.';
  if (!isRun(record)) {
    return [
      ['Purpose', why],
      ['Not run, because', sentence(record.rule)],
    ];
  }
  return [
    ['Purpose', why],
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
    ['Coverage', coverageText(record) ?? 'One case.'],
    ['Repetitions', repetitionText(record, repeats)],
  ];
}

/** Stored inputs shown one by one; the record file names them all. */
const MOST_INPUTS = 8;

/** The bytes that were used, as files of the run folder. */
function inputs(record: NumberedRecord, report: RunReport): Row[] {
  const held = report.inputs[record.evidence.file] ?? [];
  if (held.length === 0) return [];
  const items = held
    .slice(0, MOST_INPUTS)
    .map(
      ({ name, length, sha256 }) =>
        markup`<li>${name}, ${count(length, 'byte')}: <code class="hash">files/${sha256}.bin</code></li>`,
    );
  const left = held.length - MOST_INPUTS;
  return [
    [
      'Inputs kept',
      markup`<ul>${items}${left > 0 ? markup`<li>and ${left} more in the record</li>` : null}</ul>`,
    ],
  ];
}

function evidence({ evidence: { file, entries, head } }: NumberedRecord): Row[] {
  return [
    ['Evidence file', markup`<code>${file}</code>, ${count(entries, 'entry', 'entries')}`],
    ['Evidence head', markup`<code class="hash">${head}</code>`],
  ];
}

function provenance(record: NumberedRecord, report: RunReport): Row[] {
  if (!isRun(record)) return evidence(record);
  return [
    ['Stimulus SHA-256', markup`<code class="hash">${record.stimulus}</code>`],
    ['Seed', markup`<code>${record.seed}</code>`],
    ['Started', moment(record.startedAt)],
    ['Took', `${duration(record.wallMs)}; ${duration(record.rigMs)} on the board's clock`],
    ...evidence(record),
    ...inputs(record, report),
  ];
}

const CLASS: Readonly<Record<FindingClass, string>> = {
  oddity: 'Documented oddity',
  weakness: 'Weakness',
  remark: 'Remark',
};

function finding({ id, class: kind, count: seen, text, reference }: Finding): Markup {
  const times = seen === undefined ? null : markup` <b>seen ${count(seen, 'time')}</b>`;
  const source = reference === undefined ? null : markup` <span class="soft">${reference}</span>`;
  return markup`<li class="f-${kind}"><b>${CLASS[kind]}</b> <code>${id}</code>${times} ${text}${source}</li>`;
}

function findings(record: NumberedRecord): Markup | null {
  if (record.findings.length === 0) return null;
  return markup`<div class="findings"><b>Findings</b><ul>${record.findings.map(finding)}</ul></div>`;
}

/** Of thousands that passed, the drawing and the timeline stay in the record; of what was not run, there is none. */
function undrawn(record: NumberedRecord, context: DetailContext): Markup {
  const path: readonly Row[] = isRun(record) ? [['Path', record.path.join(' → ')]] : [];
  return markup`<div class="body" id="r${record.number}" tabindex="-1">${findings(record)}
<dl class="facts wide">${rows([...judgement(record, context), ...path])}</dl>
<dl class="facts wide small">${rows(provenance(record, context.report))}</dl></div>`;
}

/** A record's judgement, power cuts, path, timeline and where its evidence is. */
export function recordBody(record: NumberedRecord, context: DetailContext): Markup {
  const { report, charts } = context;
  if (!isRun(record) || !isDrawn(record, context.volume)) return undrawn(record, context);
  const chart = charts.get(record.attack);
  const narrow = chart !== undefined && chart.layout.width <= NARROW;
  return markup`<div class="body" id="r${record.number}" tabindex="-1">${findings(record)}
<dl class="facts wide">${rows(judgement(record, context))}</dl>
${cutViews(record, report)}${findingViews(record, report)}
<div class="${narrow ? 'pair' : 'stack'}"><div>${drawPath(chart, record.path, record.verdict)}</div>
<div>${timeline(report.timelines[record.evidence.file] ?? [])}</div></div>
<dl class="facts wide small">${rows(provenance(record, report))}</dl></div>`;
}
