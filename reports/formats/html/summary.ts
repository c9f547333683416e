import type { RecordSummary, RunReport } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';
import { markup, type Markup } from './markup.ts';
import { matrix } from './matrix.ts';
import { missingEntries } from './missing.ts';
import type { Subject } from './subjects.ts';
import { badge, glyph, SHOWN, WORDS } from './verdict.ts';
import { count, duration, grouped, KINDS, moment, sentence } from './words.ts';

function tally(records: readonly Pick<RecordSummary, 'verdict'>[]): ReadonlyMap<Verdict, number> {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of records) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return counts;
}

/** What the sound boards did, in one sentence; never more than was shown. */
export function headline(records: readonly Pick<RecordSummary, 'verdict'>[]): string {
  const counts = tally(records);
  const fails = counts.get('fail') ?? 0;
  const open = (counts.get('inconclusive') ?? 0) + (counts.get('error') ?? 0);
  const judged = (counts.get('pass') ?? 0) + fails;
  if (records.length === 0) return 'No scenario was run.';
  if (judged === 0) return 'No scenario could be judged.';
  const rest = open === 0 ? '' : ` ${count(open, 'scenario')} showed nothing.`;
  if (fails > 0) return `${grouped(fails)} of ${count(judged, 'judged scenario')} failed.${rest}`;
  return `${judged === 1 ? 'The one judged scenario' : `All ${grouped(judged)} judged scenarios`} passed.${rest}`;
}

function tallyBar(records: readonly RecordSummary[]): Markup {
  const counts = tally(records);
  const present = SHOWN.filter((verdict) => (counts.get(verdict) ?? 0) > 0);
  const parts = present.map(
    (verdict) => markup`<span class="b-${verdict}" style="flex-grow:${counts.get(verdict)}"></span>`,
  );
  const items = present.map(
    (verdict) =>
      markup`<li class="v-${verdict}">${glyph(verdict)}<b>${grouped(counts.get(verdict) ?? 0)}</b> ${WORDS[verdict].toLowerCase()}</li>`,
  );
  return markup`<div class="bar" aria-hidden="true">${parts}</div><ul class="tally">${items}</ul>`;
}

function flawedPart(records: readonly RecordSummary[]): Markup | null {
  if (records.length === 0) return null;
  const caught = records.filter((record) => record.verdict === 'fail').length;
  return markup`<div class="flawed">
    <h3>Boards built with flaws on purpose</h3>
    <p
      >${count(records.length, 'scenario')} ran against boards with known flaws; ${grouped(caught)} of them failed, as an
      attack that finds a flaw must. They show that the attacks work. They count neither in the sentence above nor for any
      clause.</p
    >${tallyBar(records)}</div
  >`;
}

function kindBanner(report: RunReport): Markup[] {
  return [...new Set(report.boards.map((board) => board.kind))].map((kind) => {
    const names = report.boards.filter((board) => board.kind === kind).map((board) => board.title);
    const { name, meaning } = KINDS[kind];
    return markup`<p class="kind k-${kind}"
      ><strong>${name}${names.length > 1 ? 's' : ''}</strong><span>${names.join('; ')}: ${meaning}.</span></p
    >`;
  });
}

function completed({ interrupted, resumed }: RunReport): string {
  const said = interrupted ? 'No: interrupted before its end' : 'Yes';
  return resumed === undefined
    ? said
    : `${said}; it took over the records of ${resumed}, which was interrupted`;
}

/** What the rig was known to catch when the run began. */
function selfTestRow({ selfTest }: RunReport): readonly (readonly [string, Markup])[] {
  if (selfTest === undefined) return [];
  const { id, endedAt, verdict, caught, missed, untested, falseAlarms, digest } = selfTest;
  const said = SELF_TEST[verdict];
  const rest = [
    `${count(caught.length, 'built-in mistake')} caught`,
    `${grouped(missed.length)} missed`,
    `${grouped(untested.length)} that no attack here bears on`,
    count(falseAlarms, 'false alarm'),
  ].join(', ');
  return [
    [
      'Rig self-test',
      markup`${said} on ${moment(endedAt)}: ${rest}; <code>${id}</code> <code class="hash">${digest}</code>`,
    ],
  ];
}

const SELF_TEST = { pass: 'Passed', fail: 'Failed', incomplete: 'Incomplete' } as const;

function facts(report: RunReport): Markup {
  const took = Date.parse(report.endedAt) - Date.parse(report.startedAt);
  const rows: readonly (readonly [string, string | Markup])[] = [
    ['Report', markup`<code>${report.id}</code>`],
    ['Bench', `${report.bench.title} (${report.bench.id})`],
    ['Started', moment(report.startedAt)],
    ['Ended', `${moment(report.endedAt)}${Number.isFinite(took) ? `, after ${duration(took)}` : ''}`],
    ['Seed', markup`<code>${report.seed}</code>`],
    ['Tool', `${report.tool.name} ${report.tool.version}, Node ${report.tool.node}, ${report.tool.platform}`],
    ['Completed', completed(report)],
    ...selfTestRow(report),
    ['Verdict digest', markup`<code class="hash">${report.verdictDigest}</code>`],
  ];
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The top of page one: what came out, on what kind of thing, in which run. */
export function summary(report: RunReport, subjects: readonly Subject[]): Markup {
  const sound = report.records.filter((record) => record.flaws.length === 0);
  const flawed = report.records.filter((record) => record.flaws.length > 0);
  const counted = sound.length === 0 ? flawed : sound;
  const worst = headlineVerdict(counted);
  return markup`<section id="summary" aria-labelledby="h-summary"><h2 id="h-summary" class="sr">Summary</h2>
${report.interrupted ? interruption() : null}<div class="lead l-${worst}"><span class="v-${worst}">${glyph(worst)}</span>
<div><p class="say">${headline(counted)}</p>${tallyBar(counted)}</div></div>
${kindBanner(report)}${missingEntries(report)}${matrix(subjects)}${failures(subjects)}${sound.length === 0 ? null : flawedPart(flawed)}${facts(report)}</section>`;
}

/** Fails shown on page one; the table has the others. */
const MOST_FAILS = 12;

/** What failed on boards that were not built to fail, in one line each. */
function failures(subjects: readonly Subject[]): Markup | null {
  const fails = subjects
    .filter((subject) => subject.flaws.length === 0)
    .flatMap((subject) => subject.families.flatMap((family) => family.records))
    .filter((record) => record.verdict === 'fail');
  if (fails.length === 0) return null;
  const items = fails.slice(0, MOST_FAILS).map(
    (
      record,
    ) => markup`<li><a href="#r${record.number}">${record.title}</a> <span class="soft">${record.board}</span>
<p>${sentence(record.observed)}</p></li>`,
  );
  const left = fails.length - MOST_FAILS;
  const more = left > 0 ? markup`<li class="soft">and ${left} more in the table</li>` : null;
  return markup`<div class="gap"><h3>What failed</h3><ul class="reasons">${items}${more}</ul></div>`;
}

function interruption(): Markup {
  return markup`<p class="alert">${glyph('error')}<span><strong>Interrupted.</strong> This run stopped before its end; what was
recorded until then is below.</span></p>`;
}

/** The sign beside the headline: the worst verdict, where not-applicable says nothing. */
function headlineVerdict(records: readonly RecordSummary[]): Verdict {
  const counts = tally(records);
  const order: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'pass'];
  return order.find((verdict) => (counts.get(verdict) ?? 0) > 0) ?? 'not-applicable';
}

/** Meaning of the verdicts, beside the table of contents. */
export function legend(): Markup {
  return markup`<ul class="legend" aria-label="Verdicts">${SHOWN.map((verdict) => markup`<li>${badge(verdict)}</li>`)}</ul>`;
}
