import { inertJson } from '#core/inert-json.ts';
import { repeatsText } from '#core/fuzz-finding.ts';
import type { AttackSummary, RecordSummary, ReportFormat, RunReport } from '#core/record.ts';
import type { ToldFinding } from '#core/told-findings.ts';
import { findingFolder } from '#core/told-findings.ts';
import type { Verdict } from '#core/verdict.ts';
import { clausesOf, taxonomies } from './sarif/taxonomies.ts';
import { shown } from './text/visible.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** SARIF 2.1.0 3.27.9 and 3.27.10: whatever is no failure has the level `none`. */
const KINDS: Readonly<Record<Verdict, { readonly kind: string; readonly level: string }>> = {
  pass: { kind: 'pass', level: 'none' },
  fail: { kind: 'fail', level: 'error' },
  inconclusive: { kind: 'review', level: 'none' },
  error: { kind: 'open', level: 'none' },
  'not-applicable': { kind: 'notApplicable', level: 'none' },
};

/** A sentence, as the viewers of rules want them. */
function sentence(text: string): string {
  const plain = shown(text).trim();
  return /[.!?]$/.test(plain) ? plain : `${plain}.`;
}

/** `rollback/app-confirms-at-start` as `RollbackAppConfirmsAtStart`, the form that 3.49.7 shows. */
function pascal(id: string): string {
  return id
    .split(/[^a-zA-Z\d]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function rule({ id, title, why, family }: AttackSummary): object {
  return {
    id,
    name: pascal(id),
    shortDescription: { text: sentence(title) },
    fullDescription: { text: sentence(why) },
    help: { text: sentence(why) },
    messageStrings: { observed: { text: '{0}: {1}. Expected: {2}. Observed: {3}.' } },
    properties: { tags: ['security', family] },
  };
}

/** A path of the run folder as a URI reference. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function unended(text: string): string {
  return shown(text).replace(/[.\s]+$/, '');
}

function messageOf(record: RecordSummary): object {
  const { verdict, rule: applied, expected, observed, title } = record;
  const said = [`${verdict}, ${title}`, applied, expected, observed].map(unended);
  const [what, decided, wanted, got] = said;
  return {
    id: 'observed',
    arguments: said,
    text: `${what}: ${decided}. Expected: ${wanted}. Observed: ${got}.`,
  };
}

function locationOf({ board, flaws, scenario, evidence }: RecordSummary): object {
  const built = [board, ...flaws].join('+');
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(evidence.file), uriBaseId: 'RUN' },
      region: { startLine: 1, endLine: Math.max(1, evidence.entries) },
    },
    logicalLocations: [{ fullyQualifiedName: shown(`${built}/${scenario}`), kind: 'resource' }],
  };
}

/** The case that a tool can take and send again (3.27.26). */
function attachmentOf({ evidence }: RecordSummary, { id, observed }: ToldFinding): object {
  const uri = uriOf(`${findingFolder(evidence.file, id)}/case.json`);
  return { description: { text: sentence(observed) }, artifactLocation: { uri, uriBaseId: 'RUN' } };
}

function findingOf({ id, oracle, repeats, inputs, steps }: ToldFinding): object {
  const shortest = steps.map(({ name, length, bytes }) => ({ name: shown(name), length, hex: bytes }));
  return { id, oracle: shown(oracle), shown: repeatsText(repeats), inputs, steps: shortest };
}

function resultOf(report: RunReport, record: RecordSummary, places: ReadonlyMap<string, number>): object {
  const { verdict, attack, board, flaws, scenario, stimulus, evidence, seed, reached, coverage } = record;
  const taxa = clausesOf(report, attack);
  const findings = report.fuzzFindings[evidence.file] ?? [];
  return {
    ruleId: attack,
    ruleIndex: places.get(attack) ?? -1,
    ...KINDS[verdict],
    message: messageOf(record),
    locations: [locationOf(record)],
    ...(findings.length === 0
      ? {}
      : { attachments: findings.map((finding) => attachmentOf(record, finding)) }),
    partialFingerprints: { 'assayScenario/v1': `${board}+${flaws.join('+')}/${scenario}` },
    ...(taxa.length === 0 ? {} : { taxa }),
    properties: {
      verdict,
      seed,
      stimulus,
      reached: reached === null ? null : shown(reached),
      evidenceHead: evidence.head,
      ...(findings.length === 0 ? {} : { findings: findings.map(findingOf) }),
      ...(coverage === undefined ? {} : { cases: coverage.cases, casesOf: coverage.of }),
    },
  };
}

function sarif(report: RunReport): object {
  const { tool, attacks, records, id, bench, startedAt, endedAt, interrupted, seed, verdictDigest } = report;
  const places = new Map(attacks.map((attack, index) => [attack.id, index]));
  const run = {
    tool: {
      driver: {
        name: 'Assay',
        version: tool.version,
        semanticVersion: tool.version,
        rules: attacks.map(rule),
        supportedTaxonomies: report.standards.map(({ id: name }, index) => ({ name, index })),
      },
    },
    automationDetails: { id: `assay/${bench.id}/${id}` },
    originalUriBaseIds: { RUN: { description: { text: 'The run folder or the unpacked evidence bundle.' } } },
    invocations: [{ executionSuccessful: !interrupted, startTimeUtc: startedAt, endTimeUtc: endedAt }],
    taxonomies: taxonomies(report.standards),
    columnKind: 'utf16CodeUnits',
    results: records.map((record) => resultOf(report, record, places)),
    properties: { seed, verdictDigest, scope: 'Results relate only to the items tested.' },
  };
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

/** `report.sarif`: for code-scanning views; an unattended fail is an error there, everything else is kept as its kind. */
export const format: ReportFormat = {
  id: 'sarif',
  fileName: 'report.sarif',
  render: (report) => Promise.resolve(new TextEncoder().encode(`${inertJson(sarif(report))}\n`)),
};
