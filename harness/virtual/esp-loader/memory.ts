/** What a loader keeps of RAM: what was sent to it, so that it knows whether there is code to jump to. */
interface Segment {
  readonly from: number;
  readonly size: number;
  received: number;
}

/** Segments at most; a stub has two or three. */
const LIMIT = 32;

/** RAM as far as a loader was told to fill it. */
export class LoaderMemory {
  readonly #segments: Segment[] = [];

  /** Announces a segment; false where there is no room to remember it. */
  begin(from: number, size: number): boolean {
    if (this.#segments.length === LIMIT) return false;
    this.#segments.push({ from, size, received: 0 });
    return true;
  }

  /** Takes a block of the segment announced last; false where it is more than was announced. */
  take(block: Uint8Array): boolean {
    const segment = this.#segments.at(-1);
    if (segment === undefined || segment.received + block.length > segment.size) return false;
    segment.received += block.length;
    return true;
  }

  /** Whether this address lies in a segment that came whole. */
  holdsCode(entry: number): boolean {
    return this.#segments.some(
      ({ from, size, received }) => received === size && entry >= from && entry < from + size,
    );
  }
}
