import type { SelfTestCitation } from '#core/selftest.ts';
import type { CampaignRecord } from '#core/campaign.ts';
import type { CutSequence } from '#core/cut-sweep.ts';
import type { FlashMap } from '#core/flash-map.ts';
import type { BenchKind } from '#core/rig.ts';
import type { ToldFinding } from '#core/told-findings.ts';
import type { CutPurpose, TimedWindow } from '#core/timed-cuts.ts';
import type { Coverage, Finding } from '#core/outcome.ts';
import type { Verdict } from '#core/verdict.ts';
import type { MachineGraph } from '#core/graph.ts';

/** What a report says of a board, taken from its facts: no key material. */
export interface BoardSummary {
  readonly id: string;
  readonly title: string;
  readonly kind: BenchKind;
  readonly soc: string;
  readonly bootloader: string;
  readonly firmware: { readonly version: string; readonly digest: string; readonly signingKeyId: string };
  readonly instruments: Readonly<Record<string, string>>;
  readonly fuses: Readonly<Record<string, string>>;
  readonly protections: Readonly<Record<string, string | number | boolean | null>>;
}

/** A scenario's result, without its evidence lines (they are in the record file that `evidence` names). */
export interface RecordSummary {
  readonly board: string;
  /** Flaws the board was built with; empty for a sound one. */
  readonly flaws: readonly string[];
  /** What ran on it before anything was done to it: boot loader, and firmware by its digest. */
  readonly built?: string;
  readonly attack: string;
  readonly family: string;
  readonly scenario: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly expected: string;
  readonly observed: string;
  readonly reached: string | null;
  readonly control: { readonly scenario: string; readonly verdict: Verdict; readonly head: string } | null;
  readonly coverage?: Coverage;
  readonly findings: readonly Finding[];
  readonly stimulus: string;
  readonly seed: number;
  /** State names entered, in order. */
  readonly path: readonly string[];
  /** Wall-clock start, ISO 8601 UTC. */
  readonly startedAt: string;
  readonly wallMs: number;
  /** Time on the rig's clock. */
  readonly rigMs: number;
  readonly evidence: EvidenceRef;
}

export interface EvidenceRef {
  /** Path in the run folder, forward slashes. */
  readonly file: string;
  readonly entries: number;
  /** Hash of the last entry. */
  readonly head: string;
}

/** An attack as the report shows it. */
export interface AttackSummary {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly why: string;
  readonly graph: MachineGraph;
}

/** One entry of a record, ready for a timeline. */
export interface TimelineEntry {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
}

/** How a board ended up after one power cut; `stuck`: the old image came back and can no longer be updated. */
export type CutOutcome = 'old' | 'new' | 'stuck' | 'other' | 'nothing';

/** The cuts of one way of tearing, counted. */
export interface TearCount {
  readonly tear: string;
  readonly cuts: number;
  /** Cuts that left a state met before, whose recovery was not run again. */
  readonly recognised: number;
  /** Different states of the flash that they left. */
  readonly states: number;
  readonly outcomes: Readonly<Record<CutOutcome, number>>;
  /** Cuts after which a rule was broken, and those of them that are documented oddities of the boot loader. */
  readonly broken: number;
  readonly odd: number;
}

/** Outcome of every power cut of one sweep, for a plot over the flash operations of the phase. */
export interface CutStrip {
  readonly phase: string;
  /** Flash operations in the phase. */
  readonly operations: number;
  /** Those of them that erase a page. */
  readonly erases: readonly number[];
  /** Cuts by outcome; more than operations times rows where an operation was torn more than once. */
  readonly outcomes: Readonly<Record<CutOutcome, number>>;
  /**
   * Per way of tearing: runs of operations with the same worst outcome as [first operation, count, outcome], in order.
   */
  readonly rows: readonly {
    readonly tear: string;
    readonly runs: readonly (readonly [number, number, CutOutcome])[];
    /** Operations at which a cut broke a rule otherwise than by a documented oddity. */
    readonly broken: readonly number[];
  }[];
  /** Cuts that were the only one in their update, by way of tearing. */
  readonly tears: readonly TearCount[];
  /** Second and third cuts in one update; null where none were made. */
  readonly deeper: Omit<TearCount, 'tear'> | null;
}

/** Outcomes of power cuts placed by time. */
export interface TimedStrip {
  readonly phase: string;
  /** Length of the phase without a cut, and its windows. */
  readonly ms: number;
  readonly windows: readonly TimedWindow[];
  readonly cuts: readonly {
    readonly atMs: number;
    readonly purpose: CutPurpose;
    readonly outcome: CutOutcome;
    readonly broken: boolean;
  }[];
  readonly outcomes: Readonly<Record<CutOutcome, number>>;
}

/** The shortest sequence of power cuts that breaks a board, and the flash that it leads to. */
export interface CutFailure {
  readonly sequence: CutSequence;
  readonly maps: readonly {
    /** Flash as the last cut left it, or once the board had settled. */
    readonly when: 'left' | 'settled';
    /** SHA-256 of the flash. */
    readonly digest: string;
    readonly map: FlashMap;
  }[];
}

/** Bytes that a scenario used, kept in the run folder by content. */
export interface StoredInput {
  /** What they were to the scenario: `image`, `case 12`, ... */
  readonly name: string;
  readonly length: number;
  /** Also its file: `files/<sha256>.bin`. */
  readonly sha256: string;
}

/** Something that a reader of the report needs and does not find in it, or that does not go together. */
export interface Gap {
  /** `missing`: nobody stated it; `conflict`: it was stated, and does not go with something else. */
  readonly kind: 'missing' | 'conflict';
  /** The report, a board, an instrument or a clause. */
  readonly about: string;
  readonly what: string;
}

/** Everything a report is a function of. */
export interface RunReport {
  readonly schema: 'assay-report-1';
  readonly id: string;
  readonly tool: {
    readonly name: 'assay';
    readonly version: string;
    readonly node: string;
    readonly platform: string;
  };
  readonly title: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly interrupted: boolean;
  /** Id of the interrupted run whose records this one took over. */
  readonly resumed?: string;
  /** What the rig was seen to catch before the run; left out where nobody gave it. */
  readonly selfTest?: SelfTestCitation;
  readonly seed: number;
  readonly bench: { readonly id: string; readonly title: string };
  readonly boards: readonly BoardSummary[];
  readonly attacks: readonly AttackSummary[];
  readonly records: readonly RecordSummary[];
  /** Shortened evidence of each record, by `evidence.file`; of very many, of those that did not simply pass. */
  readonly timelines: Readonly<Record<string, readonly TimelineEntry[]>>;
  /** Power-cut outcomes of the records that swept, by `evidence.file`. */
  readonly cuts: Readonly<Record<string, CutStrip>>;
  /** The same of those that cut by time. */
  readonly timedCuts: Readonly<Record<string, TimedStrip>>;
  /** What the shortest failing sequence of power cuts of a record is, by `evidence.file`. */
  readonly cutFailures: Readonly<Record<string, CutFailure>>;
  /** What triage made of the alarms of a record, by `evidence.file`. */
  readonly fuzzFindings: Readonly<Record<string, readonly ToldFinding[]>>;
  /** Bytes that each record used, by `evidence.file`. */
  readonly inputs: Readonly<Record<string, readonly StoredInput[]>>;
  readonly totals: Readonly<Record<Verdict, number>>;
  readonly verdict: Verdict;
  readonly verdictDigest: string;
  /** What a person stated of the run; null where nobody did. */
  readonly campaign: CampaignRecord | null;
  readonly gaps: readonly Gap[];
  readonly standards: readonly StandardCoverage[];
}

/** How a test bears on a clause: asks for it directly, covers part of it, or is context only. */
export type Relation = 'direct' | 'partial' | 'context';

export interface ClauseMapping {
  /** Attack id, or `<family>/*`. */
  readonly attack: string;
  readonly relation: Relation;
  readonly note?: string;
}

export interface Clause {
  readonly id: string;
  /** Our own paraphrase; never the standard's words. */
  readonly paraphrase: string;
  /** `shall`, `should` or null. */
  readonly status: 'shall' | 'should' | null;
  readonly attacks: readonly ClauseMapping[];
  /** What no test of ours covers in this clause. */
  readonly notCovered: string;
  /** What keeps a result from counting in full here, printed beside it; the standard's `caveats` hold everywhere. */
  readonly restriction?: string;
}

/** A standard: clause -> ids of the attacks that bear on it. Attacks do not know their standards. */
export interface Standard {
  readonly id: string;
  readonly title: string;
  /** Version of the text that the ids are pinned to. */
  readonly version: string;
  /** Restrictions a reader must see next to any result, e.g. no presumption of conformity. */
  readonly caveats: readonly string[];
  readonly clauses: readonly Clause[];
  /** Clauses that a test on a bench could bear on, and that none of ours does. */
  readonly untouched: readonly string[];
}

/** Contribution of a run to one clause; never "the clause is met". */
export interface ClauseCoverage extends Omit<Clause, 'attacks'> {
  /**
   * Of the direct and partial contributions together: `not-run` when none of them ran, `context-only` when there are
   * none.
   */
  readonly verdict: Verdict | 'not-run' | 'context-only';
  readonly contributions: readonly {
    readonly attack: string;
    readonly relation: Relation;
    readonly note?: string;
    /** `not-run`: mapped to the clause, but this run holds no record of it. */
    readonly verdict: Verdict | 'not-run';
    readonly records: number;
  }[];
  /** Positive controls that the contributing records rest on. */
  readonly controls: readonly {
    readonly board: string;
    readonly scenario: string;
    readonly verdict: Verdict;
  }[];
}

export interface StandardCoverage {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly caveats: readonly string[];
  readonly clauses: readonly ClauseCoverage[];
  readonly untouched: readonly string[];
}

/** One output file of a report: a function of the report, found by folder. */
export interface ReportFormat {
  readonly id: string;
  readonly fileName: string;
  /** Resolves to the file, or to a reason why it cannot be made here (a person reads it). */
  render(report: RunReport): Promise<Uint8Array | { readonly skipped: string }>;
}
