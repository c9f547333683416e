import type { InjectReply } from '#core/capabilities.ts';
import type { FuzzCase } from '#core/verbs.ts';

/** What one case led to, as far as the choice of the next may hang on it. */
export interface CaseSeen {
  readonly reaction: InjectReply['reaction'];
  readonly answer: Uint8Array;
  /** Lines that the board printed meanwhile. */
  readonly console: readonly string[];
}

/** Makes up one case after the other, by what those before led to; `learn` is called after each. */
export interface CaseGuide {
  next(): FuzzCase;
  learn(seen: CaseSeen): void;
  /** Cases that led to something new, in the order in which they did. */
  corpus(): readonly FuzzCase[];
}
