import type { InjectReply } from '#core/capabilities.ts';
import { digestOf } from '#core/digest.ts';
import { lineTemplate } from '#core/line-template.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { Looked } from '#engine/triage/look.ts';

/** Inputs kept at most: a device that answers everything with something new must not fill the disk. */
const MOST = 10_000;

/** Length on a scale on which only its magnitude counts. */
function magnitude(length: number): number {
  return length === 0 ? 0 : 1 + Math.floor(Math.log2(length));
}

/** What a board made of an input, as far as can be told from outside without its code. */
function behaviourOf({ state = '' }: FuzzCase, { reply, console }: Looked): string {
  const { reaction, bytes }: Pick<InjectReply, 'reaction' | 'bytes'> =
    typeof reply === 'string' ? { reaction: 'closed', bytes: new Uint8Array() } : reply;
  const head = [...bytes.subarray(0, 4)];
  const templates = [...new Set(console.map(({ text }) => lineTemplate(text)))].toSorted();
  return digestOf({ state, reaction, head, magnitude: magnitude(bytes.length), templates });
}

/** Inputs that made the board do what none before them did: the best there is to begin a mutation from. */
export class Corpus {
  readonly cases: FuzzCase[];
  readonly #seen = new Set<string>();

  constructor(cases: readonly FuzzCase[]) {
    this.cases = [...cases];
  }

  /** Keeps the input where it brought something new; whether it did. */
  take(fuzzed: FuzzCase, looked: Looked): boolean {
    const behaviour = behaviourOf(fuzzed, looked);
    if (this.#seen.has(behaviour) || this.cases.length === MOST) return false;
    this.#seen.add(behaviour);
    this.cases.push(fuzzed);
    return true;
  }
}
