import type { BoardSummary, RecordSummary, RunReport } from '#core/record.ts';
import { combine, type Verdict } from '#core/verdict.ts';

/** An artifact that a statement is about (in-toto Attestation Framework, ResourceDescriptor v1). */
export interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

/** A member of the configuration: what the test ran with. */
interface Descriptor {
  readonly name: string;
  readonly uri: string;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** An in-toto Statement v1 with the test-result predicate v0.1. */
export interface TestResult {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly Subject[];
  readonly predicateType: 'https://in-toto.io/attestation/test-result/v0.1';
  readonly predicate: {
    readonly result: 'PASSED' | 'WARNED' | 'FAILED';
    readonly configuration: readonly Descriptor[];
    readonly passedTests: readonly string[];
    readonly warnedTests: readonly string[];
    readonly failedTests: readonly string[];
  };
}

/** What a statement is made of. */
export type Stated = Pick<
  RunReport,
  'id' | 'tool' | 'seed' | 'bench' | 'interrupted' | 'startedAt' | 'endedAt' | 'boards' | 'records'
> & { readonly verdictDigest: string };

function nameOf({ board, flaws, scenario }: RecordSummary): string {
  return [[board, ...flaws.toSorted()].join('+'), scenario].join(' ');
}

function named(records: readonly RecordSummary[], ...verdicts: readonly Verdict[]): readonly string[] {
  return records.filter(({ verdict }) => verdicts.includes(verdict)).map(nameOf);
}

/** What was not shown is a warning: the predicate knows no other word for it, and it is no pass. */
function resultOf(records: readonly RecordSummary[]): TestResult['predicate']['result'] {
  const verdict = combine(records.map((record) => record.verdict));
  if (verdict === 'fail') return 'FAILED';
  return verdict === 'pass' ? 'PASSED' : 'WARNED';
}

/** The predicate has no place for what did not apply: it stands with the run, so that no test vanishes. */
function runDescriptor(run: Stated): Descriptor {
  const { id, tool, seed, bench, interrupted, startedAt, endedAt, verdictDigest, records } = run;
  return {
    name: `run ${id}`,
    uri: 'run.json',
    annotations: {
      tool,
      seed,
      bench: bench.id,
      startedAt,
      endedAt,
      interrupted,
      verdictDigest,
      notApplicable: named(records, 'not-applicable'),
      scope: 'Results relate only to the items tested; a virtual board is a simulation.',
    },
  };
}

function boardDescriptor({ id, kind, soc, bootloader, firmware }: BoardSummary): Descriptor {
  return {
    name: `board ${id}`,
    uri: `run.json#${id}`,
    annotations: {
      kind,
      soc,
      bootloader,
      firmwareVersion: firmware.version,
      signingKeyId: firmware.signingKeyId,
    },
  };
}

function firmwareOf({ id, firmware }: BoardSummary): Subject {
  return { name: `${id}/firmware`, digest: { sha256: firmware.digest } };
}

/** What a run showed, as an in-toto statement over the firmware that was tested and whatever else is named. */
export function testResult(run: Stated, more: readonly Subject[] = []): TestResult {
  const { boards, records } = run;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...more, ...boards.map(firmwareOf)],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: resultOf(records),
      configuration: [runDescriptor(run), ...boards.map(boardDescriptor)],
      passedTests: named(records, 'pass'),
      warnedTests: named(records, 'inconclusive', 'error'),
      failedTests: named(records, 'fail'),
    },
  };
}
