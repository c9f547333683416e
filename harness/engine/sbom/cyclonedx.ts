import type { Json } from '#core/canonical.ts';
import { listOf, memberOf, textOf } from '#core/json-path.ts';
import { firstText, type Bill, type BillComponent } from '#engine/sbom/bill.ts';

/** Names of the German taxonomy for what a file is; see BSI's property taxonomy for CycloneDX. */
const NATURES = ['executable', 'archive', 'structured'] as const;

/** Components may hold components; deeper than this nobody builds, and a hostile file might. */
const DEEPEST = 32;

/** E-mail or URL of an organisation or person. */
function reach(party: Json | undefined): string | null {
  const contacts = listOf(party, 'contact').map((contact) => textOf(contact, 'email'));
  return firstText(textOf(party, 'email'), ...contacts, ...listOf(party, 'url'));
}

function property(component: Json, name: string): string | null {
  const found = listOf(component, 'properties').find((one) => textOf(one, 'name') === name);
  return firstText(textOf(found, 'value'));
}

/** Hashes of the component, and of what is distributed of it. */
function hashesOf(component: Json): ReadonlyMap<string, string> {
  const distributed = listOf(component, 'externalReferences')
    .filter((one) => ['distribution', 'distribution-intake'].includes(textOf(one, 'type') ?? ''))
    .flatMap((one) => listOf(one, 'hashes'));
  const entries = [...distributed, ...listOf(component, 'hashes')].map(
    (hash) => [textOf(hash, 'alg') ?? '', (textOf(hash, 'content') ?? '').toLowerCase()] as const,
  );
  return new Map(entries);
}

function licencesOf(component: Json): readonly string[] {
  return listOf(component, 'licenses').flatMap((one) => {
    const licence = memberOf(one, 'license');
    return [textOf(one, 'expression') ?? textOf(licence, 'id') ?? textOf(licence, 'name')].filter(
      (text) => text !== undefined,
    );
  });
}

function identifiersOf(component: Json): readonly string[] {
  const given = [textOf(component, 'purl', 'cpe'), textOf(memberOf(component, 'swid'), 'tagId')];
  return [...given, ...listOf(component, 'omniborId'), ...listOf(component, 'swhid')].filter(
    (id) => typeof id === 'string',
  );
}

function componentOf(component: Json, graph: ReadonlySet<string>): BillComponent {
  const ref = textOf(component, 'bom-ref') ?? '';
  const [manufacturer, supplier] = [memberOf(component, 'manufacturer'), memberOf(component, 'supplier')];
  const authors = listOf(component, 'authors');
  return {
    ref,
    name: firstText(textOf(component, 'name')),
    version: firstText(textOf(component, 'version')),
    creator: firstText(reach(manufacturer), ...authors.map(reach), reach(supplier)),
    supplier: firstText(
      textOf(supplier, 'name'),
      textOf(manufacturer, 'name'),
      ...authors.map((one) => textOf(one, 'name')),
      textOf(component, 'publisher', 'author'),
    ),
    filename: property(component, 'bsi:component:filename'),
    hashes: hashesOf(component),
    licences: licencesOf(component),
    identifiers: identifiersOf(component),
    dependenciesStated: ref !== '' && graph.has(ref),
    natures: NATURES.filter((nature) => property(component, `bsi:component:${nature}`) !== null),
  };
}

function within(components: readonly Json[], depth: number): readonly Json[] {
  if (depth > DEEPEST) return [];
  return components.flatMap((one) => [one, ...within(listOf(one, 'components'), depth + 1)]);
}

function authorOf(metadata: Json | undefined): string | null {
  const tools = memberOf(metadata, 'tools');
  const made = Array.isArray(tools) ? (tools as readonly Json[]) : listOf(tools, 'components');
  return firstText(
    ...listOf(metadata, 'authors').map((one) => textOf(one, 'name')),
    textOf(memberOf(metadata, 'manufacturer'), 'name'),
    textOf(memberOf(metadata, 'supplier'), 'name'),
    ...made.map((one) => textOf(one, 'name')),
  );
}

/** A bill of materials in CycloneDX JSON. */
export function cyclonedxBill(json: Json): Bill {
  const metadata = memberOf(json, 'metadata');
  const product = memberOf(metadata, 'component');
  const graph = new Set(
    listOf(json, 'dependencies').flatMap((one) => {
      const targets = [...listOf(one, 'dependsOn'), ...listOf(one, 'provides')];
      return [textOf(one, 'ref'), ...targets].filter((ref) => typeof ref === 'string');
    }),
  );
  const all = within([...(product === undefined ? [] : [product]), ...listOf(json, 'components')], 0);
  return {
    format: 'CycloneDX',
    version: textOf(json, 'specVersion') ?? '',
    creator: firstText(
      reach(memberOf(metadata, 'manufacturer')),
      ...listOf(metadata, 'authors').map(reach),
      reach(memberOf(metadata, 'supplier')),
    ),
    author: authorOf(metadata),
    timestamp: firstText(textOf(metadata, 'timestamp')),
    completenessStated: listOf(json, 'compositions').some((one) => textOf(one, 'aggregate') !== undefined),
    hasVulnerabilities: listOf(json, 'vulnerabilities').length > 0,
    components: all.map((one) => componentOf(one, graph)),
  };
}
