import type { FlashRange } from '#virtual/hosted/chip.ts';

/** What is known from here on: an answer, or where to look next. */
interface Node<T> {
  answer: { readonly value: T } | null;
  readonly next: Branch<T>[];
}

/** One place to look at, and what is known for each content that was found there. */
interface Branch<T> extends FlashRange {
  readonly by: Map<string, Node<T>>;
}

/**
 * Answers that depend on parts of flash, found again by what these parts hold. Whoever reads the same finds the same, and
 * then reads on at the same place, so that a search follows the machine's own steps.
 */
export class KnownByReads<T> {
  readonly #contentOf: (range: FlashRange) => string;
  readonly #root: Node<T> = { answer: null, next: [] };

  /** `contentOf`: what a part of flash holds now, as text that is the same only where the content is. */
  constructor(contentOf: (range: FlashRange) => string) {
    this.#contentOf = contentOf;
  }

  /** Flash must be as it was when the reading began. */
  remember(reads: readonly FlashRange[], value: T): void {
    let node = this.#root;
    for (const range of reads) node = follow(node, range, this.#contentOf(range));
    node.answer = { value };
  }

  /** The answer for flash as it is now. */
  find(): { readonly value: T } | null {
    return this.#search(this.#root);
  }

  #search({ answer, next }: Node<T>): { readonly value: T } | null {
    if (answer !== null) return answer;
    for (const branch of next) {
      const node = branch.by.get(this.#contentOf(branch));
      const found = node === undefined ? null : this.#search(node);
      if (found !== null) return found;
    }
    return null;
  }
}

function follow<T>(node: Node<T>, { address, length }: FlashRange, content: string): Node<T> {
  let branch = node.next.find((one) => one.address === address && one.length === length);
  if (branch === undefined) {
    branch = { address, length, by: new Map() };
    node.next.push(branch);
  }
  const known = branch.by.get(content);
  if (known !== undefined) return known;
  const fresh: Node<T> = { answer: null, next: [] };
  branch.by.set(content, fresh);
  return fresh;
}
