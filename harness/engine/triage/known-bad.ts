import { sha256Hex } from '#core/digest.ts';
import { lineTemplate } from '#core/line-template.ts';
import type { FuzzCase } from '#core/verbs.ts';

/** Alarms after which a kind of case, and a very input, is left out (as boofuzz does it by default). */
const OF_A_KIND = 12;
const OF_AN_INPUT = 3;

/** Remembers what did harm, so that a campaign does not spend its time on restoring the board after the same mistake. */
export class KnownBad {
  readonly #alarms = new Map<string, number>();

  /** Whether the case did harm often enough. */
  skips(fuzzed: FuzzCase): boolean {
    const [kind, input] = keysOf(fuzzed).map((key) => this.#alarms.get(key) ?? 0);
    return (kind ?? 0) >= OF_A_KIND || (input ?? 0) >= OF_AN_INPUT;
  }

  /** The case did harm. */
  add(fuzzed: FuzzCase): void {
    for (const key of keysOf(fuzzed)) this.#alarms.set(key, (this.#alarms.get(key) ?? 0) + 1);
  }
}

/** The case's name without its numbers tells what was done to which message. */
function keysOf({ name, bytes }: FuzzCase): readonly [kind: string, input: string] {
  return [`kind ${lineTemplate(name)}`, sha256Hex(bytes)];
}
