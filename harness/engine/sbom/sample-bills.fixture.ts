import type { Json } from '#core/canonical.ts';
import type { TestedImage } from '#engine/sbom/inspect.ts';

/** Digests of the image that the sample bills are of. */
export const IMAGE: TestedImage = { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) };

const MAKER = { name: 'Maker', url: ['https://maker.example'] };

const PROPERTIES = [
  { name: 'bsi:component:filename', value: 'firmware.bin' },
  { name: 'bsi:component:executable', value: 'executable' },
  { name: 'bsi:component:archive', value: 'no archive' },
  { name: 'bsi:component:structured', value: 'unstructured' },
];

function component(ref: string, sha512: string) {
  return {
    type: 'firmware',
    'bom-ref': ref,
    name: ref,
    version: '1.2.0',
    manufacturer: MAKER,
    supplier: MAKER,
    purl: `pkg:generic/${ref}@1.2.0`,
    licenses: [{ expression: 'Apache-2.0 OR MIT' }],
    hashes: [{ alg: 'SHA-512', content: sha512 }],
    properties: PROPERTIES,
  };
}

/** A CycloneDX bill that keeps every rule, laid out by hand. */
export const CYCLONEDX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    timestamp: '2026-11-22T12:00:00Z',
    manufacturer: MAKER,
    component: component('firmware', 'b'.repeat(128)),
  },
  components: [component('library', 'c'.repeat(128))],
  dependencies: [{ ref: 'firmware', dependsOn: ['library'] }, { ref: 'library' }],
  compositions: [{ aggregate: 'complete', dependencies: ['firmware'] }],
} satisfies Json;

/** An SPDX 2.3 bill: all that NTIA asks for, and too old a format for TR-03183-2. */
export const SPDX_2 = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'firmware',
  dataLicense: 'CC0-1.0',
  documentNamespace: 'https://maker.example/spdx/1',
  creationInfo: { created: '2026-11-22T12:00:00Z', creators: ['Organization: Maker (sbom@maker.example)'] },
  packages: [
    {
      SPDXID: 'SPDXRef-firmware',
      name: 'firmware',
      versionInfo: '1.2.0',
      supplier: 'Organization: Maker (sbom@maker.example)',
      downloadLocation: 'NOASSERTION',
      licenseConcluded: 'Apache-2.0',
      checksums: [{ algorithm: 'SHA256', checksumValue: 'A'.repeat(64) }],
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:generic/firmware@1.2.0',
        },
      ],
    },
  ],
  relationships: [
    {
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: 'SPDXRef-firmware',
    },
    { spdxElementId: 'SPDXRef-firmware', relationshipType: 'DEPENDS_ON', relatedSpdxElement: 'NONE' },
  ],
} satisfies Json;

const id = (name: string) => `https://maker.example/spdx/${name}`;

const element = (type: string, name: string, more: Readonly<Record<string, Json>>) => ({
  type,
  spdxId: id(name),
  creationInfo: '_:creation',
  ...more,
});

const relation = (name: string, relationshipType: string, to: readonly string[]) =>
  element('Relationship', name, {
    from: id('firmware'),
    relationshipType,
    to: to.map(id),
    completeness: 'complete',
  });

const parts = ['firmware', 'library', 'file', 'library-file'];

/** A package with its file, in SPDX 3. */
const packaged = (name: string, file: string, sha512: string) => [
  element('software_Package', name, {
    name,
    software_packageVersion: '1.2.0',
    software_packageUrl: `pkg:generic/${name}@1.2.0`,
    software_copyrightText: 'Maker',
    suppliedBy: id('maker'),
    originatedBy: [id('maker')],
  }),
  element('software_File', file, {
    name: `${name}.bin`,
    software_primaryPurpose: 'executable',
    software_additionalPurpose: ['firmware'],
    verifiedUsing: [{ type: 'Hash', algorithm: 'sha512', hashValue: sha512 }],
  }),
];

/** An SPDX 3.0.1 bill that keeps every rule. */
export const SPDX_3 = {
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    {
      type: 'CreationInfo',
      '@id': '_:creation',
      specVersion: '3.0.1',
      created: '2026-11-22T12:00:00Z',
      createdBy: [id('maker')],
    },
    element('Organization', 'maker', {
      name: 'Maker',
      externalIdentifier: [
        {
          type: 'ExternalIdentifier',
          externalIdentifierType: 'email',
          identifier: 'sbom@maker.example',
        },
      ],
    }),
    element('SpdxDocument', 'document', {
      name: 'firmware',
      rootElement: [id('bill')],
      element: [id('bill')],
      profileConformance: ['core', 'software', 'simpleLicensing'],
    }),
    element('software_Sbom', 'bill', {
      software_sbomType: ['build'],
      rootElement: [id('firmware')],
      element: parts.map(id),
    }),
    ...packaged('firmware', 'file', 'b'.repeat(128)),
    ...packaged('library', 'library-file', 'c'.repeat(128)),
    element('simplelicensing_LicenseExpression', 'licence', {
      simplelicensing_licenseExpression: 'Apache-2.0',
    }),
    relation('r1', 'hasDistributionArtifact', ['file']),
    relation('r2', 'hasConcludedLicense', ['licence']),
    relation('r3', 'dependsOn', ['library']),
    { ...relation('r4', 'hasDistributionArtifact', ['library-file']), from: id('library') },
    { ...relation('r5', 'hasConcludedLicense', ['licence']), from: id('library') },
  ],
} satisfies Json;
