import { lineTemplate } from '#core/line-template.ts';
import type { CaseSeen } from '#core/case-guide.ts';

/** One answer: what it belongs to, its kind, and whether it says that the device may be in another state now. */
export interface AnswerKind {
  readonly topic: string;
  readonly kind: string;
  readonly isStep: boolean;
}

/** How often something happened, in powers of two: a queue that fills is new at 1, 2, 4, 8. */
function bucket(count: number): number {
  return Math.floor(Math.log2(count));
}

/**
 * What a case led to, as a set: each kind of answer; of those that are steps, the step before on the same topic and how
 * often the two came; whether the session ended; the statements of the firmware that printed. It is what AFL counts as
 * edges, seen from outside. Refusals and reads make no edges: nearly every order of them is new, and tells nothing.
 */
export function traitsOf(answers: readonly AnswerKind[], { reaction, console }: CaseSeen): readonly string[] {
  const counts = new Map<string, number>();
  const before = new Map<string, string>();
  for (const { topic, kind, isStep } of answers) {
    const trait = isStep ? `${topic}: ${before.get(topic) ?? 'begin'} > ${kind}` : `${topic}: ${kind}`;
    counts.set(trait, isStep ? (counts.get(trait) ?? 0) + 1 : 1);
    if (isStep) before.set(topic, kind);
  }
  return [
    ...[...counts].map(([trait, count]) => `${trait} x${bucket(count)}`),
    ...(reaction === 'closed' ? ['closed'] : []),
    ...console.map((line) => `console ${lineTemplate(line)}`),
  ];
}

/** Remembers every trait that was seen. */
export class Novelty {
  readonly #seen = new Set<string>();

  /** Whether one of them was never seen before; they count as seen from now on. */
  take(traits: readonly string[]): boolean {
    const before = this.#seen.size;
    for (const trait of traits) this.#seen.add(trait);
    return this.#seen.size > before;
  }
}
