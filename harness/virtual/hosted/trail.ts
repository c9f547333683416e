import type { FlashOperation, FlashRange } from '#virtual/hosted/chip.ts';
import { type KnownRun, operationsOf } from '#virtual/hosted/silicon.ts';

/**
 * What runs, one after the other, needed to find in flash before the first of them: what one read in a page that another
 * had erased before is the work of those runs.
 */
export class Trail {
  readonly reads: FlashRange[] = [];
  readonly #page: number;
  readonly #told = new Set<string>();
  readonly #erased = new Set<number>();

  /** `page`: bytes in one. */
  constructor(page: number) {
    this.#page = page;
  }

  take(run: KnownRun): void {
    for (const range of run.reads) this.#read(range);
    for (const { kind, address } of operationsOf(run)) if (kind === 'erase') this.#erased.add(address);
  }

  /** Whether what a page held at first can be read no more. */
  hasErased(page: number): boolean {
    return this.#erased.has(page);
  }

  #read(range: FlashRange): void {
    for (const part of this.#unerased(range)) {
      const name = `${part.address} ${part.length}`;
      if (!this.#told.has(name)) this.reads.push(part);
      this.#told.add(name);
    }
  }

  /** A part of flash without the pages that were erased. */
  *#unerased({ address, length }: FlashRange): Generator<FlashRange> {
    let from = address;
    const end = address + length;
    for (let page = address - (address % this.#page); page < end; page += this.#page) {
      if (!this.#erased.has(page)) continue;
      if (page > from) yield { address: from, length: page - from };
      from = page + this.#page;
    }
    if (end > from) yield { address: from, length: end - from };
  }
}

/** Operations that bring flash to `left`, as those given did from whatever they do not depend on. */
export function inShort(
  operations: readonly FlashOperation[],
  left: Uint8Array,
  page: number,
): readonly FlashOperation[] {
  const pageOf = ({ address }: FlashOperation) => address - (address % page);
  const erased = new Set(operations.filter(({ kind }) => kind === 'erase').map(pageOf));
  const whole = [...erased].flatMap((address): readonly FlashOperation[] => [
    { kind: 'erase', address, length: page },
    { kind: 'write', address, data: left.slice(address, address + page) },
  ]);
  return [...whole, ...operations.filter((operation) => !erased.has(pageOf(operation)))];
}
