import type { CampaignRecord } from '#core/campaign.ts';
import type { BenchKind } from '#core/rig.ts';
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

/** Outcome of every power cut of one sweep, for a plot over the flash operations of the phase. */
export interface CutStrip {
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
  readonly seed: number;
  readonly bench: { readonly id: string; readonly title: string };
  readonly boards: readonly BoardSummary[];
  readonly attacks: readonly AttackSummary[];
  readonly records: readonly RecordSummary[];
  /** Shortened evidence of each record, by `evidence.file`. */
  readonly timelines: Readonly<Record<string, readonly TimelineEntry[]>>;
  /** Power-cut outcomes of the records that swept, by `evidence.file`. */
  readonly cuts: Readonly<Record<string, CutStrip>>;
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
