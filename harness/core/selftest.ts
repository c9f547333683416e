import type { CutEffort } from '#core/attack.ts';
import type { BoardSummary } from '#core/record.ts';
import type { RunReport } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';

/** What a rig was seen to do with one mistake that was built into its board. */
export interface SelfTestFlaw {
  readonly board: string;
  readonly flaw: string;
  readonly family: string;
  readonly title: string;
  /** `untested`: no attack that applies to the board claims to expose the mistake, or it was not come to. */
  readonly outcome: 'caught' | 'missed' | 'untested';
  /** What each attack that claims to expose it said, and the record of the scenario that shows it. */
  readonly shown: readonly {
    readonly attack: string;
    readonly verdict: Verdict;
    readonly scenario: string | null;
    /** Path of the evidence in the self-test's folder, and the hash of its last entry; null: not run. */
    readonly file: string | null;
    readonly head: string | null;
  }[];
}

/**
 * A rig's self-test: boards of the rig with sound firmware and with one mistake at a time, and what its attacks said of
 * each. It is what a later report of the same rig cites.
 */
export interface SelfTest {
  readonly schema: 'assay-selftest-1';
  readonly id: string;
  readonly tool: RunReport['tool'];
  readonly bench: RunReport['bench'];
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  /** How thoroughly power was cut, where it was said. */
  readonly cuts?: CutEffort;
  /** With the instruments that were used. */
  readonly boards: readonly BoardSummary[];
  readonly flaws: readonly SelfTestFlaw[];
  /** Scenarios that blamed a sound board, or did not clear it. */
  readonly falseAlarms: readonly {
    readonly board: string;
    readonly scenario: string;
    readonly verdict: string;
  }[];
  /** Scenarios on sound boards. */
  readonly sound: number;
  /** Forgeries that boards with the flaws are sent, and those that did not show theirs; of a test that was stopped, none. */
  readonly forgeries: {
    readonly aimed: number;
    readonly missed: readonly { readonly board: string; readonly flaw: string; readonly forgery: string }[];
  };
  /** `incomplete`: it was stopped, or a mistake could not be tried. */
  readonly verdict: 'pass' | 'fail' | 'incomplete';
}

/** A self-test as a report cites it. */
export interface SelfTestCitation {
  readonly id: string;
  readonly endedAt: string;
  readonly verdict: SelfTest['verdict'];
  /** Digest of the self-test's canonical form. */
  readonly digest: string;
  readonly caught: readonly string[];
  readonly missed: readonly string[];
  readonly untested: readonly string[];
  readonly falseAlarms: number;
  /** Instruments of each board, by the board's id. */
  readonly instruments: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What a report says of a self-test. */
export function citationOf(selfTest: SelfTest, digest: string): SelfTestCitation {
  const { id, endedAt, verdict, flaws, falseAlarms, boards } = selfTest;
  const named = (outcome: SelfTestFlaw['outcome']) =>
    flaws.filter((flaw) => flaw.outcome === outcome).map(({ flaw }) => flaw);
  return {
    id,
    endedAt,
    verdict,
    digest,
    caught: named('caught'),
    missed: named('missed'),
    untested: named('untested'),
    falseAlarms: falseAlarms.length,
    instruments: Object.fromEntries(boards.map((board) => [board.id, board.instruments])),
  };
}

/**
 * Whether the rig did what a rig has to: every mistake that it was tried with caught, by each forgery that aims at it, and
 * no sound board blamed.
 */
export function selfTestVerdict(
  {
    flaws,
    falseAlarms,
    missed,
  }: Pick<SelfTest, 'flaws' | 'falseAlarms'> & Pick<SelfTest['forgeries'], 'missed'>,
  interrupted: boolean,
): SelfTest['verdict'] {
  const isMissed = missed.length > 0 || flaws.some(({ outcome }) => outcome === 'missed');
  if (falseAlarms.length > 0 || isMissed) return 'fail';
  return interrupted || !flaws.some(({ outcome }) => outcome === 'caught') ? 'incomplete' : 'pass';
}
