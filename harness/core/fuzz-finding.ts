import type { Alarm } from '#core/alarm.ts';
import type { InputProtocol } from '#core/board.ts';
import type { BenchKind } from '#core/rig.ts';

/** One input of a finding, with everything that sending it again takes. */
export interface FindingStep {
  readonly name: string;
  /** Hex. */
  readonly bytes: string;
  /** As `FuzzCase.mustRefuse`. */
  readonly mustRefuse?: string;
  /** As `FuzzCase.state`. */
  readonly state?: string;
}

/** How often an alarm came when its input was sent again, each time to a freshly restored board. */
export interface Repeats {
  readonly alarms: number;
  readonly tries: number;
  /** Where the true rate lies, with 95 % confidence (Wilson's score interval). */
  readonly from: number;
  readonly to: number;
}

/** What triage made of an alarm: `case.json`, which is sent again without the generator that made it up. */
export interface FuzzFinding {
  readonly schema: 'assay-case-1';
  /** Signature of the alarm: what has the same is the same finding. */
  readonly id: string;
  readonly board: string;
  readonly kind: BenchKind;
  /** Weaknesses that the board was built with. */
  readonly flaws: readonly string[];
  readonly protocol: InputProtocol;
  readonly seed: number;
  /** The case after which the alarm was raised. */
  readonly found: {
    readonly index: number;
    readonly name: string;
    readonly length: number;
    readonly sha256: string;
  };
  /** What is sent, in order; after each the board is asked whether it lives. */
  readonly steps: readonly FindingStep[];
  readonly expected: string;
  readonly observed: string;
  readonly alarm: Alarm;
  /** `case`: one case does it alone; `sequence`: several in a row; `unreproduced`: it was seen once. */
  readonly cause: 'case' | 'sequence' | 'unreproduced';
  /** Of what is sent here, as it is now. */
  readonly repeats: Repeats;
  /** Less than two in three: the cause is there, and does not show every time. */
  readonly flaky: boolean;
  /** Whether one piece less was seen not to do it; false where the budget ran out before. */
  readonly minimal: boolean;
  /** Times that the board was restored and something was sent to it. */
  readonly probes: number;
}

/** A finding counts as flaky below this rate. */
export const STEADY = 2 / 3;

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959_964;

/** So many of so many, and where the rate lies with 95 % confidence (E. B. Wilson, 1927). */
export function repeatsOf(alarms: number, tries: number): Repeats {
  if (tries === 0) return { alarms, tries, from: 0, to: 1 };
  const rate = alarms / tries;
  const square = Z * Z;
  const middle = (rate + square / (2 * tries)) / (1 + square / tries);
  const half =
    (Z / (1 + square / tries)) * Math.sqrt((rate * (1 - rate)) / tries + square / (4 * tries * tries));
  const rounded = (value: number) => Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;
  return { alarms, tries, from: rounded(middle - half), to: rounded(middle + half) };
}

/** A rate for a reader: `3 of 3 (at least 44 %)`, `2 of 10 (6 to 51 %)`. */
export function repeatsText({ alarms, tries, from, to }: Repeats): string {
  const percent = (rate: number) => Math.round(100 * rate);
  const between = alarms === tries ? `at least ${percent(from)} %` : `${percent(from)} to ${percent(to)} %`;
  return tries === 0 ? 'not repeated' : `${alarms} of ${tries} (${between})`;
}

/** What a reader is told of a finding in one line. */
export interface FindingBrief {
  readonly id: string;
  readonly oracle: string;
  readonly fault: string | null;
  readonly inputs: number;
  /** Of all inputs together. */
  readonly bytes: number;
  readonly often: string;
}

/** A finding in one line: `5ca67c3ff41b fault-line (***** MPU FAULT *****), 1 input of 196 bytes, 3 of 3 (at least 44 %)`. */
export function findingLine({ id, oracle, fault, inputs, bytes, often }: FindingBrief): string {
  const crash = fault === null ? '' : ` (${fault})`;
  return `${id} ${oracle}${crash}, ${inputs} ${inputs === 1 ? 'input' : 'inputs'} of ${bytes} bytes, ${often}`;
}

/** The same, of a finding as it is made. */
export function briefOf({ id, alarm, steps, repeats }: FuzzFinding): FindingBrief {
  const bytes = steps.reduce((sum, step) => sum + step.bytes.length / 2, 0);
  const often = repeatsText(repeats);
  return { id, oracle: alarm.oracle, fault: alarm.fault, inputs: steps.length, bytes, often };
}
