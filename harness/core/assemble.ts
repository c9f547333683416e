import { gapsOf } from '#core/campaign-gaps.ts';
import { coverageOf } from '#core/coverage.ts';
import { digestOf } from '#core/digest.ts';
import type { RecordSummary, RunReport, Standard } from '#core/record.ts';
import type { Told } from '#core/told.ts';
import { combine, VERDICTS, type Verdict } from '#core/verdict.ts';

type Header =
  | 'resumed'
  | 'selfTest'
  | 'id'
  | 'tool'
  | 'title'
  | 'startedAt'
  | 'endedAt'
  | 'interrupted'
  | 'seed'
  | 'bench';

/** What a run left behind; everything else in its report follows from this. */
export type RunInput = Pick<RunReport, Header | 'boards' | 'attacks' | 'records' | 'campaign'> & {
  /** What the chains of the records tell, each looked at once. */
  readonly told: Told;
  readonly standards: readonly Standard[];
};

/**
 * One digest for all verdicts of a run, the same for every run with the same seed on the same boards: it covers board,
 * flaws, scenario, stimulus and verdict, and neither times nor ports.
 */
export function verdictDigest(records: readonly RecordSummary[]): string {
  const rows = records.map((record) => [
    record.board,
    record.flaws.toSorted().join(' '),
    record.scenario,
    record.stimulus,
    record.verdict,
  ]);
  return digestOf(rows.toSorted((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1)));
}

function countVerdicts(records: readonly RecordSummary[]): Readonly<Record<Verdict, number>> {
  const totals = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const record of records) totals[record.verdict] += 1;
  return totals;
}

/** The standards a campaign asks for, or all. */
function chosen({ standards, campaign }: RunInput): readonly Standard[] {
  const asked = campaign?.campaign.standards;
  return asked === undefined ? standards : standards.filter(({ id }) => asked.includes(id));
}

/** The report of a run: a pure function of what was recorded and stated. */
export function assembleReport(run: RunInput): RunReport {
  const { told, standards: _all, ...header } = run;
  const standards = chosen(run).map((standard) => coverageOf(standard, run.records));
  return {
    schema: 'assay-report-1',
    ...header,
    ...told,
    totals: countVerdicts(run.records),
    verdict: combine(run.records.map((record) => record.verdict)),
    verdictDigest: verdictDigest(run.records),
    gaps: gapsOf({ ...header, standards }),
    standards,
  };
}
