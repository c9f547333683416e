/** A company or body that bears a part in a campaign. */
export interface Party {
  readonly name: string;
  readonly address?: string;
  readonly contact?: string;
}

/** Who ran the tests. */
export interface Laboratory extends Party {
  /** How free the testers are of those who made the item: `manufacturer` tests its own product. */
  readonly independence: 'manufacturer' | 'independent';
}

/** A named human; a tool or a service account is none. */
export interface Person {
  readonly name: string;
  readonly role?: string;
  readonly organisation?: string;
}

/** One item that was tested, beyond what the bench reads from it. */
export interface Device {
  readonly maker?: string;
  readonly model?: string;
  readonly hardwareRevision?: string;
  readonly serial?: string;
  readonly siliconRevision?: string;
  readonly buildType?: 'production' | 'pre-production' | 'development';
  /** What sets the item apart from the product as sold; an empty list says that nothing does. */
  readonly differences?: readonly string[];
  /** Calendar date, `2026-11-20`. */
  readonly receivedAt?: string;
  readonly condition?: string;
  /** SHA-256 of the image that is released to customers, hex. */
  readonly releasedImage?: string;
  /** Bill of materials of the tested firmware, CycloneDX or SPDX JSON: path, relative to the campaign file. */
  readonly sbom?: string;
}

/** How far an instrument's readings can be traced. */
export type Calibration =
  | {
      readonly on: string;
      readonly due: string;
      readonly certificate?: string;
      readonly uncertainty?: string;
    }
  /** Why none is needed, e.g. it measures nothing that a verdict rests on. */
  | { readonly none: string };

/** An instrument of the bench. */
export interface Instrument {
  /** Capability it serves, as the report lists it: `power`, `probe`, ... */
  readonly serves: string;
  /** Board ids; every board where it is left out. */
  readonly boards?: readonly string[];
  readonly model: string;
  readonly serial?: string;
  readonly firmware?: string;
  readonly calibration?: Calibration;
}

/** What the maker states of one clause: a row of an ICS (EN 303 645), of `E.Just` (EN 18031) or of a risk assessment. */
export interface Statement {
  /** Id of a standard, as `assay list standards` prints it. */
  readonly standard: string;
  readonly clause: string;
  readonly claim: 'supported' | 'not-supported' | 'not-applicable';
  readonly reason?: string;
  /** Rows of `ixit` that describe how. */
  readonly ixit?: readonly string[];
}

/** A row of extra information for testing: what the maker says an implementation does. */
export interface IxitRow {
  readonly id: string;
  readonly standard: string;
  /** Table it belongs to: `7-UpdMech`. */
  readonly table: string;
  readonly boards?: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/** Something that was not done as the method says. */
export interface Deviation {
  readonly what: string;
  readonly why?: string;
  /** Attack ids or families it bears on. */
  readonly attacks?: readonly string[];
}

/** The clock that dates in the report come from. */
export interface ClockSource {
  readonly source: string;
  readonly offsetMs?: number;
  readonly checkedAt?: string;
}

/**
 * What a person adds to a run so that a certification file can carry its report; a campaign file's one export is
 * `campaign`. Nothing is needed: what is left out stands on page one as a gap. Dates are `2026-11-22`.
 */
export interface Campaign {
  readonly title?: string;
  readonly lab?: Laboratory;
  /** Where the tests were made, if not at the laboratory's address. */
  readonly site?: string;
  readonly customer?: Party;
  readonly operator?: Person;
  /** Who answers for the report. */
  readonly authoriser?: Person;
  readonly issuedAt?: string;
  readonly clock?: ClockSource;
  /** Surroundings that can matter: temperature, humidity, supply. */
  readonly conditions?: string;
  /** Which units were tested, and why these. */
  readonly sampling?: string;
  /** Ids of the standards to report on; all of them where it is left out. */
  readonly standards?: readonly string[];
  /** By board id of the bench. */
  readonly devices?: Readonly<Record<string, Device>>;
  readonly statements?: readonly Statement[];
  readonly ixit?: readonly IxitRow[];
  readonly instruments?: readonly Instrument[];
  /** An empty list says that there was none. */
  readonly deviations?: readonly Deviation[];
  /** Results that others contributed, with their name; an empty list says that there are none. */
  readonly external?: readonly string[];
}

/** One rule of a rule set, applied to a bill of materials. */
export interface SbomCheck {
  /** `CycloneDX schema`, `BSI TR-03183-2 v2.1.0`, `NTIA minimum elements 2021`. */
  readonly rules: string;
  readonly rule: string;
  readonly met: boolean;
  /** What is missing where, or how many components were looked at. */
  readonly detail: string;
}

/** A bill of materials as it was read, kept and checked. */
export interface SbomSummary {
  /** Name of the file that the campaign gave. */
  readonly name: string;
  /** Path of the copy in the run folder. */
  readonly file: string;
  readonly sha256: string;
  readonly format: string;
  readonly components: number;
  /** How the bill names the very image that was tested; null where it does not. */
  readonly boundBy: string | null;
  readonly checks: readonly SbomCheck[];
}

/** A campaign as it is kept in a run folder and shown in the report. */
export interface CampaignRecord {
  readonly schema: 'assay-campaign-1';
  readonly source: { readonly file: string; readonly sha256: string };
  /** SHA-256 of the campaign record that this one replaced after the run was sealed; null for the first. */
  readonly amends: string | null;
  readonly campaign: Campaign;
  /** By board id. */
  readonly sboms: Readonly<Record<string, SbomSummary>>;
}
