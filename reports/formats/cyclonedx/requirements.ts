import type { StandardCoverage } from '#core/record.ts';
import { byAttack, type Build } from '../text/builds.ts';

function requirementRef(standard: string, clause: string): string {
  return `requirement:${standard}:${clause}`;
}

/** The standards, with their clauses as requirements in our own words. */
export function standardsOf(standards: readonly StandardCoverage[]): readonly object[] {
  return standards.map(({ id, title, version, caveats, clauses }) => ({
    'bom-ref': `standard:${id}`,
    name: title,
    version,
    description: caveats.join(' '),
    requirements: clauses.map((clause) => ({
      'bom-ref': requirementRef(id, clause.id),
      identifier: clause.id,
      text: clause.paraphrase,
      descriptions: [`Not covered: ${clause.notCovered}`],
    })),
  }));
}

/** A claim of the declarations, and whether one of its records speaks against it. */
export interface StandingClaim {
  readonly ref: string;
  readonly attack: string;
  readonly failed: boolean;
}

/**
 * The claims that count for requirements. A board built with flaws on purpose shows that an attack works, so beside a
 * sound board its claims count nowhere.
 */
export function claimsOf(builds: readonly Build[]): readonly StandingClaim[] {
  const sound = builds.filter(({ flaws }) => flaws.length === 0);
  return (sound.length === 0 ? builds : sound).flatMap(({ name, records }) =>
    [...byAttack(records)].map(([attack, mine]) => ({
      ref: `claim:${name}:${attack}`,
      attack,
      failed: mine.some(({ verdict }) => verdict === 'fail'),
    })),
  );
}

/** Per clause that something was run for: the claims that speak for it and those that speak against it. */
export function mapsOf({ id, clauses }: StandardCoverage, standing: readonly StandingClaim[]): object[] {
  return clauses.flatMap((clause) => {
    const ran = clause.contributions.filter(({ records, relation }) => records > 0 && relation !== 'context');
    const attacks = new Set(ran.map(({ attack }) => attack));
    const refs = (against: boolean) =>
      standing
        .filter(({ attack, failed }) => failed === against && attacks.has(attack))
        .map(({ ref }) => ref);
    const [claims, counterClaims] = [refs(false), refs(true)];
    if (claims.length + counterClaims.length === 0) return [];
    return [
      {
        requirement: requirementRef(id, clause.id),
        ...(claims.length === 0 ? {} : { claims }),
        ...(counterClaims.length === 0 ? {} : { counterClaims }),
      },
    ];
  });
}
