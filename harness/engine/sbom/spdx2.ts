import type { Json } from '#core/canonical.ts';
import { listOf, memberOf, textOf } from '#core/json-path.ts';
import { firstText, type Bill, type BillComponent } from '#engine/sbom/bill.ts';

/** What SPDX writes where nothing is known. */
const NOTHING = new Set(['NOASSERTION', 'NONE', '']);

const NATURES: Readonly<Record<string, readonly string[]>> = {
  APPLICATION: ['executable'],
  FIRMWARE: ['executable'],
  LIBRARY: ['executable'],
  ARCHIVE: ['archive'],
  SOURCE: ['structured'],
};

function known(text: string | undefined): string | null {
  return text === undefined || NOTHING.has(text) ? null : text;
}

/** `Organization: Acme (mail@acme.example)` as name and address. */
function agent(text: string | undefined): { readonly name: string | null; readonly reach: string | null } {
  const [, name = '', mail] =
    /^(?:Organization|Person|Tool): *([^(]*?) *(?:\(([^)]*)\))?$/.exec(text ?? '') ?? [];
  return { name: name === '' ? null : name, reach: firstText(mail) };
}

function hashesOf(element: Json): ReadonlyMap<string, string> {
  return new Map(
    listOf(element, 'checksums').map((one) => [
      (textOf(one, 'algorithm') ?? '').replace(/^SHA(\d)/, 'SHA-$1'),
      (textOf(one, 'checksumValue') ?? '').toLowerCase(),
    ]),
  );
}

function packageOf(element: Json, related: ReadonlySet<string>): BillComponent {
  const ref = textOf(element, 'SPDXID') ?? '';
  const [supplier, originator] = [agent(textOf(element, 'supplier')), agent(textOf(element, 'originator'))];
  return {
    ref,
    name: firstText(textOf(element, 'name')),
    version: firstText(textOf(element, 'versionInfo')),
    creator: firstText(originator.reach, supplier.reach),
    supplier: firstText(supplier.name, originator.name),
    filename: firstText(textOf(element, 'packageFileName')),
    hashes: hashesOf(element),
    licences: [known(textOf(element, 'licenseConcluded')), known(textOf(element, 'licenseDeclared'))].filter(
      (licence) => licence !== null,
    ),
    identifiers: listOf(element, 'externalRefs')
      .map((one) => textOf(one, 'referenceLocator'))
      .filter((id) => id !== undefined),
    dependenciesStated: related.has(ref),
    natures: NATURES[textOf(element, 'primaryPackagePurpose') ?? ''] ?? [],
  };
}

/** A bill of materials in SPDX 2 JSON. */
export function spdx2Bill(json: Json): Bill {
  const creation = memberOf(json, 'creationInfo');
  const creators = listOf(creation, 'creators')
    .filter((one) => typeof one === 'string')
    .map(agent);
  const relations = listOf(json, 'relationships');
  const related = new Set(
    relations.flatMap((one) =>
      textOf(one, 'relationshipType') === 'DESCRIBES'
        ? []
        : [textOf(one, 'spdxElementId') ?? '', textOf(one, 'relatedSpdxElement') ?? ''],
    ),
  );
  return {
    format: 'SPDX',
    version: (textOf(json, 'spdxVersion') ?? '').replace('SPDX-', ''),
    creator: firstText(...creators.map(({ reach }) => reach)),
    author: firstText(...creators.map(({ name }) => name)),
    timestamp: firstText(textOf(creation, 'created')),
    completenessStated: relations.some((one) => NOTHING.has(textOf(one, 'relatedSpdxElement') ?? 'x')),
    hasVulnerabilities: false,
    components: listOf(json, 'packages').map((one) => packageOf(one, related)),
  };
}
