import { gapsOf } from '#core/campaign-gaps.ts';
import { coverageOf } from '#core/coverage.ts';
import { cutFailure } from '#core/cut-failure.ts';
import { cutStrip } from '#core/cut-strip.ts';
import { digestOf } from '#core/digest.ts';
import type { Evidence } from '#core/evidence.ts';
import type { RecordSummary, RunReport, Standard } from '#core/record.ts';
import { storedInputs } from '#core/stored-inputs.ts';
import { timedStrip } from '#core/timed-strip.ts';
import { timelineOf } from '#core/timeline.ts';
import { drawnRecords } from '#core/volume.ts';
import { combine, VERDICTS, type Verdict } from '#core/verdict.ts';

type Header = 'id' | 'tool' | 'title' | 'startedAt' | 'endedAt' | 'interrupted' | 'seed' | 'bench';

/** What a run left behind; everything else in its report follows from this. */
export type RunInput = Pick<RunReport, Header | 'boards' | 'attacks' | 'records' | 'campaign'> & {
  /** Each record's chain, by `evidence.file`. */
  readonly evidence: Readonly<Record<string, readonly Evidence[]>>;
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

function perRecord<T>(
  run: Pick<RunInput, 'records' | 'evidence'>,
  make: (chain: readonly Evidence[]) => T | undefined,
): Readonly<Record<string, T>> {
  const made = run.records.flatMap((record) => {
    const file = record.evidence.file;
    const value = make(run.evidence[file] ?? []);
    return value === undefined ? [] : ([[file, value]] as const);
  });
  return Object.fromEntries(made);
}

/** The standards a campaign asks for, or all. */
function chosen({ standards, campaign }: RunInput): readonly Standard[] {
  const asked = campaign?.campaign.standards;
  return asked === undefined ? standards : standards.filter(({ id }) => asked.includes(id));
}

/** The report of a run: a pure function of what was recorded and stated. */
export function assembleReport(run: RunInput): RunReport {
  const { evidence: _chains, standards: _all, ...header } = run;
  const standards = chosen(run).map((standard) => coverageOf(standard, run.records));
  return {
    schema: 'assay-report-1',
    ...header,
    timelines: perRecord({ ...run, records: drawnRecords(run.records) }, timelineOf),
    cuts: perRecord(run, cutStrip),
    timedCuts: perRecord(run, timedStrip),
    cutFailures: perRecord(run, cutFailure),
    inputs: perRecord(run, storedInputs),
    totals: countVerdicts(run.records),
    verdict: combine(run.records.map((record) => record.verdict)),
    verdictDigest: verdictDigest(run.records),
    gaps: gapsOf({ ...header, standards }),
    standards,
  };
}
