import type { ClauseCoverage, Relation, RunReport, StandardCoverage } from '#core/record.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { badge, glyph, type Mark } from './verdict.ts';
import { count } from './words.ts';

/** Filled, half filled, empty: how much of the clause the attack asks for. */
const SIGNS: Readonly<Record<Relation, string>> = {
  direct: '<circle cx="6" cy="6" r="4.500" fill="currentColor"/>',
  partial:
    '<path d="M6 1.500a4.500 4.500 0 0 1 0 9z" fill="currentColor" stroke="none"/><circle cx="6" cy="6" r="4.500" fill="none"/>',
  context: '<circle cx="6" cy="6" r="4.500" fill="none"/>',
};

const RELATIONS: readonly Relation[] = ['direct', 'partial', 'context'];

function relation(kind: Relation): Markup {
  return markup`<span class="rel"><svg viewBox="0 0 12 12" aria-hidden="true">${trusted(SIGNS[kind])}</svg>${kind}</span>`;
}

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

type Contribution = ClauseCoverage['contributions'][number];

/** One attack: sign, id, number of scenarios; the word as well where it is not simply a pass. */
function attackPart({ attack, verdict, records }: Contribution): Markup {
  const mark =
    verdict === 'pass'
      ? markup`<span class="v-pass">${glyph('pass')}<span class="sr">Pass </span></span>`
      : badge(verdict);
  const scenarios =
    records === 0
      ? null
      : markup` <span class="soft" title="${count(records, 'scenario')}">×${records}</span>`;
  return markup`<li>${mark} <code>${attack}</code>${scenarios}</li>`;
}

/** Contributions with the same relation and reason, which is said once. */
function contributions(clause: ClauseCoverage): Markup {
  const groups = new Map<string, Contribution[]>();
  for (const kind of RELATIONS) {
    for (const part of clause.contributions.filter(({ relation: of }) => of === kind)) {
      const key = `${kind} ${part.note ?? ''}`;
      groups.set(key, [...(groups.get(key) ?? []), part]);
    }
  }
  const items = [...groups.values()].map((parts) => {
    const [first] = parts;
    return markup`<li>${relation(first?.relation ?? 'context')}<div>${first?.note ?? ''}<ul class="parts">${parts.map(attackPart)}</ul></div></li>`;
  });
  return markup`<ul class="contrib">${items}</ul>`;
}

function row(clause: ClauseCoverage): Markup {
  const status = clause.status === null ? null : markup`<span class="status">${clause.status}</span>`;
  return markup`<tr><th scope="row" data-l="Clause"><b>${clause.id}</b>${status}<span class="para">${clause.paraphrase}</span></th>
<td data-l="Contributions">${contributions(clause)}</td>
<td data-l="Together">${together(clause.verdict)}</td>
<td data-l="Not covered">${clause.notCovered}</td></tr>`;
}

function section(standard: StandardCoverage): Markup {
  return markup`<article class="std" aria-labelledby="std-${standard.id}"><h3 id="std-${standard.id}">${standard.title}</h3>
<p class="soft">${standard.version}</p>
<ul class="caveats">${standard.caveats.map((caveat) => markup`<li>${caveat}</li>`)}</ul>
<table class="clauses"><caption class="sr">Clauses of ${standard.title} that this run bears on</caption>
<thead><tr><th scope="col">Clause, in our words</th><th scope="col">Contributions</th><th scope="col">Together</th><th scope="col">Not covered</th></tr></thead>
<tbody>${standard.clauses.map(row)}</tbody></table></article>`;
}

/** What the run contributes to the clauses of each standard. */
export function standardsCoverage(report: RunReport): Markup {
  return markup`<section id="standards" aria-labelledby="h-standards"><h2 id="h-standards">Coverage of standards</h2>
<p>Evidence for a person to weigh; no clause is decided here. ${relation('direct')} the clause asks for this test,
${relation('partial')} the test covers part of the clause, ${relation('context')} background that judges nothing. Clauses that are
not listed are untouched by this run.</p>${report.standards.map(section)}</section>`;
}
