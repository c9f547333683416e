import type { RunReport, StandardCoverage } from '#core/record.ts';

/** Each standard as a taxonomy (SARIF 2.1.0 3.19.3), its clauses in our own words. */
export function taxonomies(standards: readonly StandardCoverage[]): readonly object[] {
  return standards.map(({ id, title, version, caveats, clauses }) => ({
    name: id,
    version,
    fullName: title,
    shortDescription: { text: title },
    ...(caveats.length === 0 ? {} : { fullDescription: { text: caveats.join(' ') } }),
    isComprehensive: false,
    taxa: clauses.map((clause) => ({
      id: clause.id,
      shortDescription: { text: clause.paraphrase },
      fullDescription: { text: `${clause.paraphrase} Not covered: ${clause.notCovered}` },
    })),
  }));
}

/** The clauses that an attack bears on, as references (3.54), with how it does. */
export function clausesOf(report: RunReport, attack: string): readonly object[] {
  return report.standards.flatMap(({ id: standard, clauses }, component) =>
    clauses.flatMap(({ id, contributions }, index) => {
      const part = contributions.find((contribution) => contribution.attack === attack);
      if (part === undefined) return [];
      const toolComponent = { name: standard, index: component };
      return [{ id, index, toolComponent, properties: { relation: part.relation } }];
    }),
  );
}
