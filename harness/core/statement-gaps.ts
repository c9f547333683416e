import type { Campaign, Statement } from '#core/campaign.ts';
import type { ClauseCoverage, Gap, StandardCoverage } from '#core/record.ts';

const CLAIMS: Readonly<Record<Statement['claim'], string>> = {
  supported: 'supported',
  'not-supported': 'not supported',
  'not-applicable': 'not applicable',
};

/** What a maker says of a clause, in words. */
export function claimText(claim: Statement['claim']): string {
  return CLAIMS[claim];
}

function tested(clause: ClauseCoverage): boolean {
  return clause.contributions.some(({ relation, records }) => relation !== 'context' && records > 0);
}

function against(statement: Statement, clause: ClauseCoverage): readonly string[] {
  const { claim } = statement;
  if (claim === 'supported') {
    return clause.verdict === 'fail' ? ['is stated as supported, yet the run holds evidence against it'] : [];
  }
  return tested(clause) ? [`is stated as ${CLAIMS[claim]}, yet was tested`] : [];
}

function unreasoned({ claim, reason }: Statement): readonly string[] {
  return claim !== 'supported' && reason === undefined
    ? [`is stated as ${CLAIMS[claim]} without a reason`]
    : [];
}

function dangling({ ixit = [] }: Statement, rows: ReadonlySet<string>): readonly string[] {
  return ixit
    .filter((id) => !rows.has(id))
    .map((id) => `points to row ${id}, which the campaign does not have`);
}

/** Where what the maker states does not go with what the run shows, or stands without a reason. */
export function statementGaps(campaign: Campaign | undefined, standards: readonly StandardCoverage[]): Gap[] {
  const rows = new Set((campaign?.ixit ?? []).map(({ id }) => id));
  return (campaign?.statements ?? []).flatMap((statement) => {
    const standard = standards.find(({ id }) => id === statement.standard);
    const clause = standard?.clauses.find(({ id }) => id === statement.clause);
    const said = [
      ...unreasoned(statement),
      ...dangling(statement, rows),
      ...(clause === undefined ? [] : against(statement, clause)),
    ];
    return said.map((what): Gap => ({
      kind: 'conflict',
      about: `${standard?.title ?? statement.standard}, ${statement.clause}`,
      what,
    }));
  });
}
