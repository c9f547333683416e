import type { Json } from '#core/canonical.ts';
import { listOf, memberOf, textOf } from '#core/json-path.ts';
import { firstText, type Bill, type BillComponent } from '#engine/sbom/bill.ts';

/** The elements of a graph, by their ids and by what they relate. */
interface Graph {
  readonly byId: ReadonlyMap<string, Json>;
  readonly elements: readonly Json[];
  readonly relations: readonly Json[];
}

function idOf(element: Json): string {
  return textOf(element, 'spdxId', '@id') ?? '';
}

function typeOf(element: Json): string {
  return textOf(element, 'type', '@type') ?? '';
}

function texts(value: Json | undefined, name: string): readonly string[] {
  const one = textOf(value, name);
  return one === undefined ? listOf(value, name).filter((text) => typeof text === 'string') : [one];
}

/** Where relations of a kind lead from an element. */
function related({ relations, byId }: Graph, from: string, ...kinds: readonly string[]): readonly Json[] {
  return relations
    .filter((one) => textOf(one, 'from') === from && kinds.includes(textOf(one, 'relationshipType') ?? ''))
    .flatMap((one) => texts(one, 'to'))
    .map((id) => byId.get(id))
    .filter((element) => element !== undefined);
}

function agents({ byId }: Graph, element: Json | undefined, ...names: readonly string[]): readonly Json[] {
  return names
    .flatMap((name) => texts(element, name))
    .map((id) => byId.get(id))
    .filter((agent) => agent !== undefined);
}

function identifiers(element: Json | undefined, ...types: readonly string[]): readonly string[] {
  return listOf(element, 'externalIdentifier')
    .filter((one) => types.length === 0 || types.includes(textOf(one, 'externalIdentifierType') ?? ''))
    .map((one) => textOf(one, 'identifier'))
    .filter((id) => id !== undefined);
}

function reach(agent: Json): string | null {
  return firstText(...identifiers(agent, 'email', 'urlScheme'));
}

function hashesOf(elements: readonly Json[]): ReadonlyMap<string, string> {
  return new Map(
    elements
      .flatMap((element) => listOf(element, 'verifiedUsing'))
      .map((one) => [
        (textOf(one, 'algorithm') ?? '').toUpperCase().replace(/^SHA(\d)/, 'SHA-$1'),
        (textOf(one, 'hashValue') ?? '').toLowerCase(),
      ]),
  );
}

/** What a file is, by the purposes it is given: SPDX has no word for "no archive" or "not structured". */
function naturesOf(files: readonly Json[]): readonly string[] {
  const purposes = new Set(
    files.flatMap((file) => [
      ...texts(file, 'software_primaryPurpose'),
      ...texts(file, 'software_additionalPurpose'),
    ]),
  );
  return [
    ...(purposes.has('executable') || purposes.has('data') ? ['executable'] : []),
    ...(purposes.has('archive') || purposes.has('executable') ? ['archive'] : []),
    ...(purposes.has('container') || purposes.has('firmware') ? ['structured'] : []),
  ];
}

function packageOf(graph: Graph, element: Json): BillComponent {
  const id = idOf(element);
  const files = related(graph, id, 'hasDistributionArtifact', 'contains').filter(
    (one) => typeOf(one) === 'software_File',
  );
  const makers = agents(graph, element, 'originatedBy', 'suppliedBy');
  return {
    ref: id,
    name: firstText(textOf(element, 'name')),
    version: firstText(textOf(element, 'software_packageVersion')),
    creator: firstText(...makers.map(reach)),
    supplier: firstText(...makers.map((one) => textOf(one, 'name'))),
    filename: firstText(...files.map((file) => textOf(file, 'name'))),
    hashes: hashesOf([element, ...files]),
    licences: related(graph, id, 'hasConcludedLicense', 'hasDeclaredLicense')
      .map((one) => textOf(one, 'simplelicensing_licenseExpression', 'name'))
      .filter((text) => text !== undefined),
    identifiers: [...texts(element, 'software_packageUrl'), ...identifiers(element)],
    dependenciesStated: graph.relations.some(
      (one) =>
        ['dependsOn', 'contains'].includes(textOf(one, 'relationshipType') ?? '') &&
        [textOf(one, 'from'), ...texts(one, 'to')].includes(id),
    ),
    natures: naturesOf(files),
  };
}

/** A bill of materials in SPDX 3 JSON-LD. */
export function spdx3Bill(json: Json): Bill {
  const elements = listOf(json, '@graph');
  const byId = new Map(elements.map((element) => [idOf(element), element]));
  const relations = elements.filter((element) => typeOf(element).endsWith('Relationship'));
  const graph: Graph = { byId, elements, relations };
  const creation = elements.find((element) => typeOf(element) === 'CreationInfo');
  const makers = agents(graph, creation, 'createdBy');
  return {
    format: 'SPDX',
    version: textOf(creation, 'specVersion') ?? '',
    creator: firstText(...makers.map(reach)),
    author: firstText(...makers.map((one) => textOf(one, 'name'))),
    timestamp: firstText(textOf(creation, 'created')),
    completenessStated: relations.some((one) => memberOf(one, 'completeness') !== undefined),
    hasVulnerabilities: elements.some((element) => /Vulnerability|Vuln/.test(typeOf(element))),
    components: elements
      .filter((element) => typeOf(element) === 'software_Package')
      .map((element) => packageOf(graph, element)),
  };
}
