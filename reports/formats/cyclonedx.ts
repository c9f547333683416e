import { inertJson } from '#core/inert-json.ts';
import type { RecordSummary, ReportFormat, RunReport } from '#core/record.ts';
import { uuidText } from '#core/uuid.ts';
import type { Verdict } from '#core/verdict.ts';
import { claimsOf, mapsOf, standardsOf } from './cyclonedx/requirements.ts';
import { buildsOf, byAttack, type Build } from './text/builds.ts';
import { shown } from './text/visible.ts';

/** Version of the CycloneDX specification; its declarations are the same in both. */
export type CycloneDxVersion = '1.6' | '1.7';

const ASSESSOR = 'assessor:operator';

/** What was tested: a device with the firmware that it ran. */
function component({ name, board, flaws }: Build): object {
  const { title = name, kind = 'virtual', soc = 'unknown', bootloader = 'unknown', firmware } = board ?? {};
  const built = flaws.length === 0 ? [] : [{ name: 'assay:flaws', value: flaws.join(' ') }];
  return {
    type: 'device',
    'bom-ref': `board:${name}`,
    name: shown(title),
    properties: [
      { name: 'assay:bench', value: kind },
      { name: 'assay:soc', value: shown(soc) },
      { name: 'assay:bootloader', value: shown(bootloader) },
      ...built,
    ],
    ...(firmware === undefined
      ? {}
      : {
          components: [
            {
              type: 'firmware',
              'bom-ref': `firmware:${name}`,
              name: `${shown(title)} firmware`,
              version: shown(firmware.version),
              hashes: [{ alg: 'SHA-256', content: firmware.digest }],
            },
          ],
        }),
  };
}

function evidenceRef(build: string, { scenario }: RecordSummary): string {
  return `evidence:${build}:${scenario}`;
}

function evidence(build: string, record: RecordSummary): object {
  const { scenario, verdict, rule, expected, observed, startedAt } = record;
  const { file, head, entries } = record.evidence;
  return {
    'bom-ref': evidenceRef(build, record),
    propertyName: `assay:${scenario}`,
    description: shown(`${verdict}: ${rule}. Expected: ${expected}. Observed: ${observed}`),
    data: [
      {
        name: `${entries} entries, hash chain ending in ${head}`,
        contents: { url: file.split('/').map(encodeURIComponent).join('/') },
        classification: 'test evidence',
      },
    ],
    created: startedAt,
  };
}

function refs(build: string, records: readonly RecordSummary[], ...verdicts: readonly Verdict[]): string[] {
  return records.filter(({ verdict }) => verdicts.includes(verdict)).map((one) => evidenceRef(build, one));
}

/** A list where there is something in it; no member at all where there is not. */
function unlessEmpty(name: string, list: readonly string[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

/** That a board holds out against an attack, with what speaks for it and what against. */
function claim(report: RunReport, build: string, attack: string, records: readonly RecordSummary[]): object {
  const { title = attack, why = '' } = report.attacks.find(({ id }) => id === attack) ?? {};
  const count = (verdict: Verdict) => records.filter((record) => record.verdict === verdict).length;
  const counts = `${count('pass')} passed, ${count('fail')} failed, ${count('inconclusive') + count('error')} showed nothing, ${count('not-applicable')} did not apply`;
  return {
    'bom-ref': `claim:${build}:${attack}`,
    target: `board:${build}`,
    predicate: shown(`Holds out against: ${title}`),
    reasoning: shown(`${counts}. ${why}`),
    ...unlessEmpty('evidence', refs(build, records, 'pass', 'inconclusive', 'error', 'not-applicable')),
    ...unlessEmpty('counterEvidence', refs(build, records, 'fail')),
  };
}

function claims({ name, records }: Build, report: RunReport): readonly object[] {
  return [...byAttack(records)].map(([attack, mine]) => claim(report, name, attack, mine));
}

function metadata({ tool, endedAt, id, seed, verdictDigest }: RunReport): object {
  return {
    timestamp: endedAt,
    tools: { components: [{ type: 'application', name: 'assay', version: tool.version }] },
    properties: [
      { name: 'assay:run', value: id },
      { name: 'assay:seed', value: String(seed) },
      { name: 'assay:verdict-digest', value: verdictDigest },
      {
        name: 'assay:scope',
        value: 'Results relate only to the items tested; a virtual board is a simulation.',
      },
    ],
  };
}

/** CycloneDX attestations of a run: claims with their evidence, by requirement of each standard. */
export function cycloneDx(report: RunReport, specVersion: CycloneDxVersion): object {
  const builds = buildsOf(report);
  const standing = claimsOf(builds);
  return {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: `urn:uuid:${uuidText(`cyclonedx ${report.id} ${report.verdictDigest}`)}`,
    version: 1,
    metadata: metadata(report),
    components: builds.map(component),
    declarations: {
      assessors: [{ 'bom-ref': ASSESSOR, thirdParty: false, organization: { name: 'Operator of the run' } }],
      attestations: report.standards.map((standard) => ({
        summary: `What run ${report.id} contributes to ${standard.title} (${standard.version}); no judgement of a clause.`,
        assessor: ASSESSOR,
        map: mapsOf(standard, standing),
      })),
      claims: builds.flatMap((build) => claims(build, report)),
      evidence: builds.flatMap(({ name, records }) => records.map((record) => evidence(name, record))),
    },
    definitions: { standards: standardsOf(report.standards) },
  };
}

/** `attestation.cdx.json`: CycloneDX 1.6 (ECMA-424) attestations. */
export const format: ReportFormat = {
  id: 'cyclonedx',
  fileName: 'attestation.cdx.json',
  render: (report) => Promise.resolve(new TextEncoder().encode(`${inertJson(cycloneDx(report, '1.6'))}\n`)),
};
