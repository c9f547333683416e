import type { ClauseCoverage, Relation, RunReport, StandardCoverage } from '#core/record.ts';
import { claimText } from '#core/statement-gaps.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { badge, glyph } from './verdict.ts';
import { count } from './words.ts';

/** Filled, half filled, empty: how much of the clause the attack asks for. */
const SIGNS: Readonly<Record<Relation, string>> = {
  direct: '<circle cx="6" cy="6" r="4.500" fill="currentColor"/>',
  partial:
    '<path d="M6 1.500a4.500 4.500 0 0 1 0 9z" fill="currentColor" stroke="none"/><circle cx="6" cy="6" r="4.500" fill="none"/>',
  context: '<circle cx="6" cy="6" r="4.500" fill="none"/>',
};

const RELATIONS: readonly Relation[] = ['direct', 'partial', 'context'];

/** A relation's sign and word. */
export function relation(kind: Relation): Markup {
  return markup`<span class="rel"><svg viewBox="0 0 12 12" aria-hidden="true">${trusted(SIGNS[kind])}</svg>${kind}</span>`;
}

type Contribution = ClauseCoverage['contributions'][number];

/** Attacks of one family up to this many are named one by one. */
const MOST_NAMED = 3;

function scenarios(records: number): Markup | null {
  return records === 0
    ? null
    : markup` <span class="soft" title="${count(records, 'scenario')}">×${records}</span>`;
}

/** A verdict's sign; the word as well where it is not simply a pass. */
function mark(verdict: Contribution['verdict']): Markup {
  return verdict === 'pass'
    ? markup`<span class="v-pass">${glyph('pass')}<span class="sr">Pass </span></span>`
    : badge(verdict);
}

function familyOf({ attack }: Contribution): string {
  return attack.split('/')[0] ?? attack;
}

/** Attacks of one family: named where they are few, else counted where the family is whole. */
function familyPart(parts: readonly Contribution[], ran: ReadonlyMap<string, number>): Markup[] {
  const family = parts[0] === undefined ? '' : familyOf(parts[0]);
  if (parts.length <= MOST_NAMED || ran.get(family) !== parts.length)
    return parts.map(({ attack, records }) => markup`<code>${attack}</code>${scenarios(records)}`);
  const records = parts.reduce((sum, part) => sum + part.records, 0);
  return [markup`<code>${family}/*</code>, all ${parts.length} attacks${scenarios(records)}`];
}

/** Attacks with the same verdict, which is said once. */
function verdictPart(parts: readonly Contribution[], ran: ReadonlyMap<string, number>): Markup {
  const names = grouped(parts, familyOf).flatMap((family) => familyPart(family, ran));
  const listed = names.map((name, index) => markup`${index > 0 ? ', ' : ' '}${name}`);
  return markup`<li>${mark(parts[0]?.verdict ?? 'not-run')}${listed}</li>`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** How many attacks of each family ran. */
export function attacksByFamily(report: RunReport): ReadonlyMap<string, number> {
  const ran = [...new Set(report.records.map(({ attack }) => attack))];
  return new Map(
    grouped(ran, (id) => id.split('/')[0] ?? id).map((ids) => [ids[0]?.split('/')[0] ?? '', ids.length]),
  );
}

/** Contributions with the same relation and reason, which is said once. */
export function contributions(clause: ClauseCoverage, ran: ReadonlyMap<string, number>): Markup {
  const ordered = RELATIONS.flatMap((kind) => clause.contributions.filter((part) => part.relation === kind));
  const items = grouped(ordered, (part) => `${part.relation} ${part.note ?? ''}`).map((parts) => {
    const [first] = parts;
    const named = grouped(parts, ({ verdict }) => verdict).map((same) => verdictPart(same, ran));
    return markup`<li>${relation(first?.relation ?? 'context')}<div>${first?.note ?? ''}<ul class="parts">${named}</ul></div></li>`;
  });
  return markup`<ul class="contrib">${items}</ul>`;
}

/** The positive controls that the contributions rest on. */
export function controls({ controls: held }: ClauseCoverage): Markup | null {
  if (held.length === 0) return null;
  const items = grouped(held, ({ scenario, verdict }) => `${scenario} ${verdict}`).map((same) => {
    const [first] = same;
    const on = same.map(({ board }) => board).join(', ');
    return first === undefined
      ? null
      : markup`<li>${mark(first.verdict)} <code>${first.scenario}</code> <span class="soft">${on}</span></li>`;
  });
  return markup`<p class="ctl">Positive controls</p><ul class="parts">${items}</ul>`;
}

/** What the maker states of a clause, where the campaign holds it. */
export function stated(report: RunReport, standard: StandardCoverage, clause: ClauseCoverage): Markup[] {
  const held = (report.campaign?.campaign.statements ?? []).filter(
    (one) => one.standard === standard.id && one.clause === clause.id,
  );
  return held.map(({ claim, reason, ixit = [] }) => {
    const because = reason === undefined ? '' : `: ${reason}`;
    const rows = ixit.length === 0 ? '' : ` (${ixit.join(', ')})`;
    return markup`<span class="para">Stated as ${claimText(claim)}${because}${rows}.</span>`;
  });
}
