/** Pieces of one stream that come out of order: the piece whose turn it is passes through, later ones wait. */
export class InOrder<T> {
  readonly #take: (item: T) => void;
  readonly #waiting = new Map<number, T[]>();
  readonly #done = new Set<number>();
  #turn = 0;

  constructor(take: (item: T) => void) {
    this.#take = take;
  }

  push(piece: number, item: T): void {
    if (piece === this.#turn) {
      this.#take(item);
      return;
    }
    const waiting = this.#waiting.get(piece);
    if (waiting === undefined) this.#waiting.set(piece, [item]);
    else waiting.push(item);
  }

  /** No more of a piece will come. */
  end(piece: number): void {
    this.#done.add(piece);
    while (this.#done.delete(this.#turn)) {
      this.#turn += 1;
      for (const item of this.#waiting.get(this.#turn) ?? []) this.#take(item);
      this.#waiting.delete(this.#turn);
    }
  }
}
