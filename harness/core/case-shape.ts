/** An input taken apart: so many parts, and the input that some of them make, in their order. */
export interface TakenApart {
  readonly parts: number;
  join(kept: readonly number[]): Uint8Array;
}

/** A way to take an input apart such that less of it can still be an input: packets of a stream, bytes of a message. */
export interface CaseShape {
  /** What a part is, for the report: `packets`, `bytes`, `bytes, lengths made true`. */
  readonly name: string;
  /** Null where the bytes do not have this shape. */
  take(bytes: Uint8Array): TakenApart | null;
}
