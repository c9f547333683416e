import type {
  Clause,
  ClauseCoverage,
  ClauseMapping,
  RecordSummary,
  Standard,
  StandardCoverage,
} from '#core/record.ts';
import { combine } from '#core/verdict.ts';

type Contribution = ClauseCoverage['contributions'][number];

/** True when a mapping's pattern (`<family>/*` or an attack id) names the attack. */
export function mapsTo(pattern: string, attack: string): boolean {
  return pattern.endsWith('/*') ? attack.startsWith(pattern.slice(0, -1)) : pattern === attack;
}

/** Of several patterns that name an attack, an id speaks before a family. */
function mappingFor(clause: Clause, attack: string): ClauseMapping | undefined {
  return (
    clause.attacks.find((mapping) => mapping.attack === attack) ??
    clause.attacks.find((mapping) => mapsTo(mapping.attack, attack))
  );
}

function contributionOf(
  mapping: ClauseMapping,
  attack: string,
  records: readonly RecordSummary[],
): Contribution {
  return {
    attack,
    relation: mapping.relation,
    ...(mapping.note === undefined ? {} : { note: mapping.note }),
    verdict: records.length === 0 ? 'not-run' : combine(records.map((record) => record.verdict)),
    records: records.length,
  };
}

function contributions(
  clause: Clause,
  byAttack: ReadonlyMap<string, readonly RecordSummary[]>,
): Contribution[] {
  const ran = [...byAttack].flatMap(([attack, records]) => {
    const mapping = mappingFor(clause, attack);
    return mapping === undefined ? [] : [contributionOf(mapping, attack, records)];
  });
  const attacks = [...byAttack.keys()];
  const missing = clause.attacks
    .filter((mapping) => !attacks.some((attack) => mapsTo(mapping.attack, attack)))
    .map((mapping) => contributionOf(mapping, mapping.attack, []));
  return [...ran, ...missing];
}

/** Never rounded up: context judges nothing, and what is mapped but was not run leaves a pass inconclusive. */
function clauseVerdict(contributed: readonly Contribution[]): ClauseCoverage['verdict'] {
  const parts = contributed.filter((part) => part.relation !== 'context');
  if (parts.length === 0) return 'context-only';
  if (parts.every((part) => part.verdict === 'not-run')) return 'not-run';
  return combine(parts.map((part) => (part.verdict === 'not-run' ? 'inconclusive' : part.verdict)));
}

/** The control that each record rests on; a control that contributes itself rests on nothing. */
function controlsOf(records: readonly RecordSummary[]): ClauseCoverage['controls'] {
  const found = new Map<string, ClauseCoverage['controls'][number]>();
  for (const { board, control } of records) {
    if (control === null) continue;
    const { scenario, verdict } = control;
    found.set(`${board}\n${scenario}\n${verdict}`, { board, scenario, verdict });
  }
  return [...found.values()];
}

function clauseCoverage(
  clause: Clause,
  byAttack: ReadonlyMap<string, readonly RecordSummary[]>,
): ClauseCoverage {
  const { attacks: _patterns, ...text } = clause;
  const parts = contributions(clause, byAttack);
  const records = [...byAttack].filter(([attack]) => mappingFor(clause, attack) !== undefined);
  const controls = controlsOf(records.flatMap(([, of]) => of));
  return { ...text, verdict: clauseVerdict(parts), contributions: parts, controls };
}

/**
 * Records that say something about a board. A board built with flaws on purpose shows that an attack works, so beside a
 * sound board its records count nowhere; a run of nothing else is shown as it is.
 */
export function countedRecords(records: readonly RecordSummary[]): readonly RecordSummary[] {
  const sound = records.filter((record) => record.flaws.length === 0);
  return sound.length === 0 ? records : sound;
}

function groupByAttack(records: readonly RecordSummary[]): Map<string, RecordSummary[]> {
  const groups = new Map<string, RecordSummary[]>();
  for (const record of records) {
    const group = groups.get(record.attack);
    if (group === undefined) groups.set(record.attack, [record]);
    else group.push(record);
  }
  return groups;
}

/** What a run contributes to each clause of a standard. */
export function coverageOf(standard: Standard, records: readonly RecordSummary[]): StandardCoverage {
  const byAttack = groupByAttack(countedRecords(records));
  return {
    ...standard,
    clauses: standard.clauses.map((clause) => clauseCoverage(clause, byAttack)),
  };
}
