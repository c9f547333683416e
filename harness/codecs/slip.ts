/** Bytes with a meaning in SLIP (RFC 1055). */
const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/** How frames are set apart: most senders begin with the delimiter too, Nordic's boot loader must not see one there. */
export interface SlipManner {
  readonly leading: boolean;
}

/** A frame as it goes over the line. */
export function encodeSlip(frame: Uint8Array, { leading }: SlipManner = { leading: true }): Uint8Array {
  let special = 0;
  for (const byte of frame) if (byte === END || byte === ESCAPE) special += 1;
  const out = new Uint8Array(frame.length + special + (leading ? 2 : 1)).fill(END);
  let at = leading ? 1 : 0;
  for (const byte of frame) {
    if (byte === END || byte === ESCAPE) {
      out[at++] = ESCAPE;
      out[at++] = byte === END ? ESCAPED_END : ESCAPED_ESCAPE;
    } else out[at++] = byte;
  }
  return out;
}

/** What a stretch of input between two delimiters turned out to be. */
export type SlipItem =
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  /** Not a frame: an escape that means nothing, or more bytes than any frame has. */
  | { readonly kind: 'dropped'; readonly reason: 'escape' | 'overlong'; readonly length: number };

/**
 * Cuts a stream at its delimiters, whatever the chunking. Empty stretches are left out, and what stands before the first
 * delimiter is a frame like any other: only who knows the protocol above can tell console text from a message. Never
 * throws; holds at most one frame of `limit` bytes.
 */
export class SlipDecoder {
  readonly #buffer: Uint8Array;
  #length = 0;
  /** Bytes of the stretch, those that were not kept among them. */
  #seen = 0;
  #escaped = false;
  #broken: 'escape' | 'overlong' | null = null;

  constructor(limit: number) {
    this.#buffer = new Uint8Array(limit);
  }

  /** Takes the next bytes; gives what they completed, in order. */
  push(chunk: Uint8Array): SlipItem[] {
    const items: SlipItem[] = [];
    for (const byte of chunk) {
      if (byte !== END) this.#take(byte);
      else if (this.#seen > 0) items.push(this.#finish());
    }
    return items;
  }

  /** Forgets the stretch under way. */
  reset(): void {
    this.#length = 0;
    this.#seen = 0;
    this.#escaped = false;
    this.#broken = null;
  }

  #take(byte: number): void {
    this.#seen += 1;
    if (this.#broken !== null) return;
    if (this.#escaped) {
      this.#escaped = false;
      if (byte === ESCAPED_END) this.#keep(END);
      else if (byte === ESCAPED_ESCAPE) this.#keep(ESCAPE);
      else this.#broken = 'escape';
    } else if (byte === ESCAPE) this.#escaped = true;
    else this.#keep(byte);
  }

  #keep(byte: number): void {
    if (this.#length === this.#buffer.length) this.#broken = 'overlong';
    else this.#buffer[this.#length++] = byte;
  }

  #finish(): SlipItem {
    const reason = this.#broken ?? (this.#escaped ? 'escape' : null);
    const item: SlipItem =
      reason === null
        ? { kind: 'frame', frame: this.#buffer.slice(0, this.#length) }
        : { kind: 'dropped', reason, length: this.#seen };
    this.reset();
    return item;
  }
}
