import type { ClauseCoverage, RunReport, StandardCoverage } from '#core/record.ts';
import { attacksByFamily, contributions, controls, relation, stated } from './clause-parts.ts';
import { markup, type Markup } from './markup.ts';
import { glyph, type Mark } from './verdict.ts';

/** What the direct and partial contributions add up to; never that a clause is met. */
const SAYS: Readonly<Record<Mark, readonly [string, string]>> = {
  pass: ['Contributes a pass', 'Nothing was found against the clause.'],
  fail: ['Contributes a fail', 'There is evidence against the clause.'],
  inconclusive: ['Contributes in part', 'Something mapped here was not shown.'],
  error: ['Contributes in part', 'The bench failed in something mapped here.'],
  'not-applicable': ['Contributes nothing', 'What is mapped here is not applicable to these boards.'],
  'not-run': ['Contributes nothing', 'What is mapped here was not run.'],
  'context-only': ['Context only', 'Background; no verdict is drawn.'],
};

function together(mark: Mark): Markup {
  const [words, meaning] = SAYS[mark];
  return markup`<span class="v v-${mark}">${glyph(mark)}${words}</span><span class="soft small">${meaning}</span>`;
}

/** What is the same for every clause of a report. */
interface Context {
  readonly report: RunReport;
  readonly ran: ReadonlyMap<string, number>;
  /** On paper nothing unfolds. */
  readonly paper: boolean;
}

function restriction({ restriction: text }: ClauseCoverage): Markup | null {
  return text === undefined ? null : markup`<span class="bites">${glyph('error')}${text}</span>`;
}

function row(standard: StandardCoverage, clause: ClauseCoverage, { report, ran }: Context): Markup {
  const status = clause.status === null ? null : markup`<span class="status">${clause.status}</span>`;
  return markup`<tr><th scope="row" data-l="Clause"><b>${clause.id}</b>${status}<span class="para">${clause.paraphrase}</span>
${stated(report, standard, clause)}</th>
<td data-l="Contributions">${contributions(clause, ran)}${controls(clause)}</td>
<td data-l="Together">${together(clause.verdict)}${restriction(clause)}</td>
<td data-l="Not covered">${clause.notCovered}</td></tr>`;
}

function untouched({ untouched: ids }: StandardCoverage): Markup | null {
  return ids.length === 0
    ? null
    : markup`<p class="soft small">A bench could bear on these as well, and nothing here does: ${ids.join(', ')}.</p>`;
}

/** How many clauses come out how, for those who do not unfold the table. */
function tally({ clauses }: StandardCoverage): Markup[] {
  const marks = (Object.keys(SAYS) as Mark[]).filter((mark) =>
    clauses.some(({ verdict }) => verdict === mark),
  );
  return marks.map((mark) => {
    const held = clauses.filter(({ verdict }) => verdict === mark).length;
    return markup`<span class="v v-${mark}">${glyph(mark)}${held} ${SAYS[mark][0].toLowerCase()}</span>`;
  });
}

function section(standard: StandardCoverage, context: Context): Markup {
  return markup`<details class="std"${context.paper ? markup` open` : null}><summary><h3>${standard.title}</h3>${tally(standard)}</summary>
<p class="soft">${standard.version}</p>
<ul class="caveats">${standard.caveats.map((caveat) => markup`<li>${caveat}</li>`)}</ul>
<table class="clauses"><caption class="sr">Clauses of ${standard.title} that this run bears on</caption>
<thead><tr><th scope="col">Clause, in our words</th><th scope="col">Contributions</th><th scope="col">Together</th><th scope="col">Not covered</th></tr></thead>
<tbody>${standard.clauses.map((clause) => row(standard, clause, context))}</tbody></table>${untouched(standard)}</details>`;
}

/** What the run contributes to the clauses of each standard. */
export function standardsCoverage(report: RunReport, paper: boolean): Markup {
  const context: Context = { report, ran: attacksByFamily(report), paper };
  return markup`<section id="standards" aria-labelledby="h-standards"><h2 id="h-standards">Coverage of standards</h2>
<p>Evidence for a person to weigh; no clause is decided here. ${relation('direct')} the clause asks for this test,
${relation('partial')} the test covers part of the clause, ${relation('context')} background that judges nothing. Clauses that are
not listed are untouched by this run.</p>${report.standards.map((standard) => section(standard, context))}</section>`;
}
