import { PackageURL } from 'packageurl-js';
import parseLicence from 'spdx-expression-parse';
import type { SbomCheck } from '#core/campaign.ts';
import type { Bill, BillComponent } from '#engine/sbom/bill.ts';

/** Names of components that a finding tells; the others are counted. */
const MOST_NAMED = 4;

/** What a rule says of a bill: null where it is met, else what is missing. */
type Rule = (bill: Bill) => string | null;

type Rules = Readonly<Record<string, Rule>>;

function readable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** Every component has it. A bill without components has nothing. */
function each(has: (component: BillComponent) => boolean): Rule {
  return ({ components }) => {
    if (components.length === 0) return 'the bill lists no component';
    const lacking = components.filter((component) => !has(component));
    if (lacking.length === 0) return null;
    const named = lacking.slice(0, MOST_NAMED).map(({ name, ref }) => name ?? (ref === '' ? 'unnamed' : ref));
    const more = lacking.length > named.length ? ', ...' : '';
    return `${lacking.length} of ${components.length} components: ${named.join(', ')}${more}`;
  };
}

function stated(what: (bill: Bill) => string | null): Rule {
  return (bill) => (what(bill) === null ? 'not stated' : null);
}

function atLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

const dated: Rule = ({ timestamp }) => {
  if (timestamp === null) return 'not stated';
  return Number.isNaN(Date.parse(timestamp)) ? `${timestamp} is no date` : null;
};

/** BSI TR-03183-2, the required fields; what is asked for "if existing" cannot be seen from the bill alone. */
const BSI: Rules = {
  'format version': ({ format, version }) =>
    atLeast(version, format === 'CycloneDX' ? [1, 6] : [3, 0, 1])
      ? null
      : `${format} ${version}, at least ${format === 'CycloneDX' ? '1.6' : '3.0.1'} is asked for`,
  'creator of the bill (e-mail or URL)': stated(({ creator }) => creator),
  timestamp: dated,
  'component creator (e-mail or URL)': each(({ creator }) => creator !== null),
  'component name': each(({ name }) => name !== null),
  'component version': each(({ version }) => version !== null),
  'file name': each(({ filename }) => filename !== null),
  dependencies: each(({ dependenciesStated }) => dependenciesStated),
  'completeness of the dependencies': ({ completenessStated }) => (completenessStated ? null : 'not stated'),
  'licences as SPDX expressions': each(
    ({ licences }) => licences.length > 0 && licences.every((one) => readable(() => parseLicence(one))),
  ),
  'SHA-512 of the deployable component': each(({ hashes }) =>
    /^[0-9a-f]{128}$/.test(hashes.get('SHA-512') ?? ''),
  ),
  'executable, archive, structured': each(({ natures }) => natures.length === 3),
  'no vulnerability data': ({ hasVulnerabilities }) =>
    hasVulnerabilities ? 'the bill holds vulnerabilities' : null,
};

function identified({ identifiers }: BillComponent): boolean {
  return identifiers.some((id) => !id.startsWith('pkg:') || readable(() => PackageURL.fromString(id)));
}

/** The minimum elements of NTIA (July 2021), the data fields. */
const NTIA: Rules = {
  supplier: each(({ supplier }) => supplier !== null),
  'component name': each(({ name }) => name !== null),
  'component version': each(({ version }) => version !== null),
  'other unique identifiers': each(identified),
  'dependency relations': each(({ dependenciesStated }) => dependenciesStated),
  'author of the bill': stated(({ author }) => author),
  timestamp: dated,
};

const SETS: Readonly<Record<string, Rules>> = {
  'BSI TR-03183-2 v2.1.0': BSI,
  'NTIA minimum elements 2021': NTIA,
};

/** Applies every rule set that a reader of a technical file asks about. */
export function checkBill(bill: Bill): readonly SbomCheck[] {
  return Object.entries(SETS).flatMap(([rules, set]) =>
    Object.entries(set).map(([rule, apply]) => {
      const lacking = apply(bill);
      return { rules, rule, met: lacking === null, detail: lacking ?? 'stated' };
    }),
  );
}
