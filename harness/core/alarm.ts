import type { InputProtocol } from '#core/board.ts';
import { digestOf } from '#core/digest.ts';
import { isFaultLine } from '#core/fault-line.ts';
import { lineTemplate } from '#core/line-template.ts';

/**
 * Which observation says that input did harm, worst first: `fault-line` the firmware said that it crashed; `rebooted` it
 * started again without a word; `link-lost` the peer vanished from the air; `not-advertising` it does not come back there;
 * `att-silent` its host answers no more; `silent` valid input is not answered; `breach` it took what it must refuse;
 * `wrong-answer` valid input is answered wrongly; `current` what it draws says that it spins or is halted.
 */
export type Oracle =
  | 'fault-line'
  | 'rebooted'
  | 'link-lost'
  | 'not-advertising'
  | 'att-silent'
  | 'silent'
  | 'breach'
  | 'wrong-answer'
  | 'current';

/** What was seen when input did harm. */
export interface Alarm {
  readonly oracle: Oracle;
  /** One sentence: what was seen. */
  readonly what: string;
  /** First line of a crash with its numbers replaced; null where the console told of none. */
  readonly fault: string | null;
  /** Where the program was, as the console told: program counter or frames, innermost first. */
  readonly frames: readonly string[];
  /** Why the board started again, by its own answer or its console; null where neither says. */
  readonly resetReason: string | null;
  /** The protocol, and the state of the session where the protocol has some: `le/encrypted`. */
  readonly state: string;
}

/** Frames that tell one crash from another: of an abort the first three are always ESP-IDF's own helpers. */
const MOST_FRAMES = 6;

const COUNTERS: readonly RegExp[] = [
  /Faulting instruction address[^:]{0,20}: ?(0x[0-9a-f]{8})/,
  /abort\(\) was called at PC (0x[0-9a-f]{8})/,
  /^PC\s*: ?(0x[0-9a-f]{8})/,
  /^MEPC\s*: ?(0x[0-9a-f]{8})/,
];

/** ESP-IDF's `rst:0xc (SW_CPU_RESET)`, or whatever an application says of its reset in a line of its own. */
const REASONS: readonly RegExp[] = [
  /^rst:0x[0-9a-f]{1,2} \(([\w ]{1,40})\)/,
  /\breset (?:reason|cause)(?: is)?[:=] ?([\w ,.()-]{1,60})/i,
];

function firstMatch(lines: readonly string[], patterns: readonly RegExp[]): string | null {
  for (const line of lines) {
    for (const pattern of patterns) {
      const found = pattern.exec(line.slice(0, 240))?.[1];
      if (found !== undefined) return found.trim();
    }
  }
  return null;
}

function framesIn(lines: readonly string[]): readonly string[] {
  const backtrace = lines.find((line) => /^Backtrace: ?0x/.test(line));
  const calls = backtrace?.slice(0, 1000).match(/0x[0-9a-f]{8}(?=:0x)/g) ?? [];
  if (calls.length > 0) return calls.slice(0, MOST_FRAMES);
  const counter = firstMatch(lines, COUNTERS);
  return counter === null ? [] : [counter];
}

/** What console lines tell of a crash and of the restart after it. */
export function crashIn(lines: readonly string[]): Pick<Alarm, 'fault' | 'frames' | 'resetReason'> {
  const at = lines.findIndex((line) => isFaultLine(line));
  const resetReason = firstMatch(lines, REASONS);
  if (at === -1) return { fault: null, frames: [], resetReason };
  return { fault: lineTemplate(lines[at] ?? ''), frames: framesIn(lines.slice(at)), resetReason };
}

/**
 * What makes two alarms the same finding: the oracle, the crash, why the board restarted, and the state it was in; of
 * what it took and had to refuse, which that was.
 */
export function signatureOf({ oracle, what, fault, frames, resetReason, state }: Alarm): string {
  const took = oracle === 'breach' ? what : null;
  return digestOf({ oracle, took, fault, frames, resetReason, state }).slice(0, 12);
}

/** State of a case of a protocol that keeps none. */
export function stateOf(protocol: InputProtocol, state?: string): string {
  return state === undefined ? protocol : `${protocol}/${state}`;
}
