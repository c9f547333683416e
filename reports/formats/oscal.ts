import { inertJson } from '#core/inert-json.ts';
import type { RecordSummary, ReportFormat, RunReport } from '#core/record.ts';
import { uuidText } from '#core/uuid.ts';
import { combine } from '#core/verdict.ts';
import { buildsOf, byAttack, type Build } from './text/builds.ts';
import { shown } from './text/visible.ts';

/** Release of the Open Security Controls Assessment Language that the file is written for. */
const OSCAL_VERSION = '1.2.1';

const SUBJECT = 'component';

/** A token (OSCAL `TokenDatatype`): letters, digits, `.`, `-`, `_`, not beginning with a digit. */
function token(...parts: readonly string[]): string {
  return `assay-${parts.join('-').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}`;
}

/** Everything that has a UUID here has the same one in every report of the same run. */
function idOf(report: RunReport, ...parts: readonly string[]): string {
  return uuidText(['oscal', report.id, ...parts].join('\n'));
}

function prop(name: string, value: string): object {
  return { name, ns: 'urn:assay', value: shown(value) };
}

function observation(report: RunReport, build: Build, record: RecordSummary): object {
  const { scenario, title, verdict, rule, expected, observed, startedAt, stimulus } = record;
  const { file, head, entries } = record.evidence;
  return {
    uuid: idOf(report, 'observation', build.name, scenario),
    title: shown(`${scenario}: ${title}`),
    description: shown(`${rule}. Expected: ${expected}. Observed: ${observed}`),
    props: [prop('verdict', verdict), prop('stimulus-sha256', stimulus)],
    methods: ['TEST'],
    types: ['control-objective'],
    subjects: [{ 'subject-uuid': idOf(report, SUBJECT, build.name), type: SUBJECT }],
    'relevant-evidence': [
      {
        href: file.split('/').map(encodeURIComponent).join('/'),
        description: `${entries} entries of evidence, a hash chain ending in ${head}`,
      },
    ],
    collected: startedAt,
  };
}

/** OSCAL knows satisfied and not satisfied: what was not shown is not satisfied, for another reason than a fail. */
function statusOf(records: readonly RecordSummary[]): object {
  const verdict = combine(records.map((record) => record.verdict));
  if (verdict === 'pass') return { state: 'satisfied', reason: 'pass' };
  const reason = verdict === 'fail' ? 'fail' : 'other';
  return { state: 'not-satisfied', reason, remarks: `The scenarios together are: ${verdict}.` };
}

/** One finding for each attack: its target is the attack's own objective, never a clause of a standard. */
function finding(report: RunReport, build: Build, attack: string, records: readonly RecordSummary[]): object {
  const { title = attack, why = title } = report.attacks.find(({ id }) => id === attack) ?? {};
  return {
    uuid: idOf(report, 'finding', build.name, attack),
    title: shown(title),
    description: shown(why),
    target: { type: 'objective-id', 'target-id': token(attack), status: statusOf(records) },
    'related-observations': records.map(({ scenario }) => ({
      'observation-uuid': idOf(report, 'observation', build.name, scenario),
    })),
  };
}

function subject(report: RunReport, { name, board, flaws }: Build): object {
  const { title = name, kind = 'virtual', soc = 'unknown', bootloader = 'unknown', firmware } = board ?? {};
  return {
    uuid: idOf(report, SUBJECT, name),
    type: 'hardware',
    title: shown(title),
    description: shown(`${soc}, ${bootloader}; ${kind} bench`),
    props: [
      ...(firmware === undefined
        ? []
        : [prop('firmware-version', firmware.version), prop('firmware-sha256', firmware.digest)]),
      ...(flaws.length === 0 ? [] : [prop('built-with-flaws', flaws.join(' '))]),
    ],
    status: { state: 'under-development' },
  };
}

/** The clauses that a build's attacks bear on, as control ids. */
function reviewed(report: RunReport, attacks: ReadonlySet<string>): object {
  const controls = report.standards.flatMap(({ id: standard, clauses }) =>
    clauses
      .filter(({ contributions }) => contributions.some(({ attack }) => attacks.has(attack)))
      .map(({ id }) => ({ 'control-id': token(standard, id) })),
  );
  const objectives = [...attacks].map((attack) => ({ 'objective-id': token(attack) }));
  return {
    description: 'Clauses that the tests contribute evidence to. No clause is judged.',
    'control-selections': [controls.length === 0 ? { 'include-all': {} } : { 'include-controls': controls }],
    'control-objective-selections': [{ 'include-objectives': objectives }],
  };
}

function result(report: RunReport, build: Build): object {
  const attacks = byAttack(build.records);
  return {
    uuid: idOf(report, 'result', build.name),
    title: shown(`${report.title}: ${build.name}`),
    description: `Seed ${report.seed}, verdict digest ${report.verdictDigest}. Results relate only to the items tested.`,
    start: report.startedAt,
    end: report.endedAt,
    'local-definitions': { components: [subject(report, build)] },
    'reviewed-controls': reviewed(report, new Set(attacks.keys())),
    observations: build.records.map((record) => observation(report, build, record)),
    findings: [...attacks].map(([attack, records]) => finding(report, build, attack, records)),
  };
}

/** OSCAL assessment results of a run: one result for each board as it was built. */
export function oscal(report: RunReport): object {
  const plan = idOf(report, 'plan');
  return {
    'assessment-results': {
      uuid: idOf(report, 'assessment-results', report.verdictDigest),
      metadata: {
        title: shown(report.title),
        'last-modified': report.endedAt,
        version: report.id,
        'oscal-version': OSCAL_VERSION,
        props: [prop('tool', `assay ${report.tool.version}`)],
      },
      'import-ap': {
        href: `#${plan}`,
        remarks: 'The plan of a run is its header: what was to run, on what.',
      },
      results: buildsOf(report).map((build) => result(report, build)),
      'back-matter': {
        resources: [{ uuid: plan, title: 'Plan of the run', rlinks: [{ href: 'run.json' }] }],
      },
    },
  };
}

/** `oscal.json`: NIST OSCAL assessment results. */
export const format: ReportFormat = {
  id: 'oscal',
  fileName: 'oscal.json',
  render: (report) => Promise.resolve(new TextEncoder().encode(`${inertJson(oscal(report))}\n`)),
};
