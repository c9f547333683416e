/** A component of a bill of materials, whatever the format says it with. */
export interface BillComponent {
  /** Its reference within the bill. */
  readonly ref: string;
  readonly name: string | null;
  readonly version: string | null;
  /** E-mail or URL of who made it. */
  readonly creator: string | null;
  readonly supplier: string | null;
  readonly filename: string | null;
  /** Lower-case hex by algorithm, `SHA-512`. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Licence ids, names or expressions, as given. */
  readonly licences: readonly string[];
  /** purl, CPE, SWID, ... */
  readonly identifiers: readonly string[];
  /** Whether the bill says what it depends on, if only that it is nothing. */
  readonly dependenciesStated: boolean;
  /** Which of the file's natures are stated: executable, archive, structured. */
  readonly natures: readonly string[];
}

/** A bill of materials, whatever format it came in. */
export interface Bill {
  readonly format: 'CycloneDX' | 'SPDX';
  /** `1.6`, `3.0.1`. */
  readonly version: string;
  /** E-mail or URL of who made the bill. */
  readonly creator: string | null;
  /** Name of who, or what tool, made it. */
  readonly author: string | null;
  readonly timestamp: string | null;
  /** Whether the bill says that its list of dependencies is complete, or how far it is known. */
  readonly completenessStated: boolean;
  readonly hasVulnerabilities: boolean;
  /** The product first, where the bill names it. */
  readonly components: readonly BillComponent[];
}

/** First of the values that is a text with something in it. */
export function firstText(...values: readonly unknown[]): string | null {
  for (const value of values) {
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return null;
}
