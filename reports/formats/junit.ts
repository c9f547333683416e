import type { RecordSummary, ReportFormat, RunReport } from '#core/record.ts';
import { buildsOf, type Build } from './text/builds.ts';
import { attributes, element, type Attributes } from './text/xml.ts';

/** Readers of JUnit know three bad ends; what was not shown is an error, so that no pipeline takes it for a pass. */
function ending(record: RecordSummary): string {
  const { verdict, rule, expected, observed, reached } = record;
  if (verdict === 'pass') return '';
  if (verdict === 'not-applicable') return element('skipped', { message: rule });
  const lines = [
    `rule: ${rule}`,
    `expected: ${expected}`,
    `observed: ${observed}`,
    `reached: ${reached ?? 'not shown'}`,
  ];
  return element(verdict === 'fail' ? 'failure' : 'error', { message: rule, type: verdict }, lines);
}

function properties(values: Attributes): string {
  const items = Object.entries(values).map(([name, value]) => `<property${attributes({ name, value })}/>`);
  return `<properties>${items.join('')}</properties>`;
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}

function testcase(record: RecordSummary): string {
  const named = {
    name: `${record.scenario}: ${record.title}`,
    classname: [record.board, ...record.attack.split('/')].join('.'),
    time: seconds(record.wallMs),
  };
  const kept = properties({
    verdict: record.verdict,
    stimulus: record.stimulus,
    evidence: record.evidence.file,
    'evidence.head': record.evidence.head,
    ...(record.coverage === undefined ? {} : { coverage: `${record.coverage.cases} ${record.coverage.of}` }),
  });
  return `<testcase${attributes(named)}>${kept}${ending(record)}</testcase>`;
}

function tallies(records: readonly RecordSummary[]): Attributes {
  const held = (...verdicts: readonly string[]) =>
    records.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    tests: records.length,
    failures: held('fail'),
    errors: held('error', 'inconclusive'),
    skipped: held('not-applicable'),
    time: seconds(records.reduce((sum, record) => sum + record.wallMs, 0)),
  };
}

function testsuite(suite: Build, report: RunReport): string {
  const { board } = suite;
  const about = properties({
    run: report.id,
    bench: report.bench.id,
    kind: board?.kind ?? 'unknown',
    soc: board?.soc ?? 'unknown',
    bootloader: board?.bootloader ?? 'unknown',
    'firmware.version': board?.firmware.version ?? 'unknown',
    'firmware.sha256': board?.firmware.digest ?? 'unknown',
    flaws: suite.flaws.join(' '),
    seed: report.seed,
    'tool.version': report.tool.version,
    'verdict.digest': report.verdictDigest,
  });
  const timestamp = suite.records[0]?.startedAt.replace(/(\.\d+)?Z$/, '') ?? '';
  const head = attributes({ name: suite.name, ...tallies(suite.records), timestamp });
  return `<testsuite${head}>\n${about}\n${suite.records.map(testcase).join('\n')}\n</testsuite>`;
}

/** JUnit XML of a run: a suite for each board as it was built, a case for each scenario. */
export function junitXml(report: RunReport): string {
  const suites = buildsOf(report).map((suite) => testsuite(suite, report));
  const head = attributes({ name: report.title, ...tallies(report.records) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${suites.join('\n')}\n</testsuites>\n`;
}

/** `junit.xml`: for the test views of CI systems. */
export const format: ReportFormat = {
  id: 'junit',
  fileName: 'junit.xml',
  render: (report) => Promise.resolve(new TextEncoder().encode(junitXml(report))),
};
