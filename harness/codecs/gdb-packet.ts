const DOLLAR = 0x24;
const PERCENT = 0x25;
const HASH = 0x23;
const ESCAPE = 0x7d;
const REPEAT = 0x2a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const FLIP = 0x20;
/** A run's count byte is the number of further copies plus this. */
const RUN_BIAS = 29;

/** Most bytes of a packet, before and after runs are expanded. */
export const MAX_GDB_PACKET = 1 << 18;

/** Why bytes that began like a packet are none. */
export type GdbDefect = 'checksum' | 'length' | 'escape' | 'run';

/** What a stretch of the wire turned out to be. */
export type GdbItem =
  | { readonly kind: 'ack' | 'nack' }
  /** `$` packets are answers, `%` notifications come by themselves. */
  | { readonly kind: 'packet' | 'notification'; readonly body: Uint8Array }
  | { readonly kind: 'damaged'; readonly why: GdbDefect };

/** The byte that halts a running target, outside any packet. */
export const GDB_INTERRUPT = Uint8Array.of(0x03);
export const GDB_ACK = Uint8Array.of(PLUS);
export const GDB_NACK = Uint8Array.of(MINUS);

/** Bytes that have a meaning on the wire and are sent as `}` and the byte with bit 5 flipped. */
function mustEscape(byte: number): boolean {
  return byte === DOLLAR || byte === HASH || byte === ESCAPE || byte === REPEAT;
}

/** Escapes binary data for the inside of a packet (GDB manual, "Overview": `X` and its kin). */
export function escapeGdb(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (const byte of data) {
    if (mustEscape(byte)) out.push(ESCAPE, byte ^ FLIP);
    else out.push(byte);
  }
  return Uint8Array.from(out);
}

/** A packet around a body whose binary parts are escaped already: `$body#checksum`. */
export function encodeGdbPacket(body: Uint8Array): Uint8Array {
  const sum = hex2(checksum(body));
  return Uint8Array.from([DOLLAR, ...body, HASH, sum.charCodeAt(0), sum.charCodeAt(1)]);
}

function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/**
 * Splits what a stub says into acknowledgements and packets, whatever the chunking; escapes and runs are expanded. Never
 * throws; holds at most one packet, and passes over what lies between packets, as gdb does.
 */
export class GdbStream {
  readonly #limit: number;
  #kind: 'packet' | 'notification' | null = null;
  #raw: number[] = [];
  /** Hex digits of the checksum so far; null while the body goes on. */
  #sum: string | null = null;
  #isTooLong = false;

  constructor(limit = MAX_GDB_PACKET) {
    this.#limit = limit;
  }

  /** Takes the next bytes; gives what they completed, in order. */
  push(chunk: Uint8Array): readonly GdbItem[] {
    const items: GdbItem[] = [];
    for (const byte of chunk) {
      const item = this.#take(byte);
      if (item !== null) items.push(item);
    }
    return items;
  }

  #take(byte: number): GdbItem | null {
    if (this.#sum !== null) return this.#takeSum(byte);
    if (byte === DOLLAR || (byte === PERCENT && this.#kind === null)) {
      this.#begin(byte === DOLLAR ? 'packet' : 'notification');
    } else if (this.#kind === null) {
      if (byte === PLUS) return { kind: 'ack' };
      if (byte === MINUS) return { kind: 'nack' };
    } else if (byte === HASH) this.#sum = '';
    else if (this.#raw.length === this.#limit) this.#isTooLong = true;
    else this.#raw.push(byte);
    return null;
  }

  #begin(kind: 'packet' | 'notification'): void {
    this.#kind = kind;
    this.#raw = [];
    this.#isTooLong = false;
  }

  #takeSum(byte: number): GdbItem | null {
    this.#sum += String.fromCharCode(byte);
    if ((this.#sum?.length ?? 0) < 2) return null;
    const item = this.#finish(this.#sum ?? '');
    this.#sum = null;
    this.#kind = null;
    this.#raw = [];
    return item;
  }

  #finish(sum: string): GdbItem {
    if (this.#isTooLong) return { kind: 'damaged', why: 'length' };
    const raw = Uint8Array.from(this.#raw);
    if (sum.toLowerCase() !== hex2(checksum(raw))) return { kind: 'damaged', why: 'checksum' };
    const body = expand(raw, this.#limit);
    return typeof body === 'string' ? { kind: 'damaged', why: body } : { kind: this.#kind ?? 'packet', body };
  }
}

/** Undoes escapes and run lengths. */
function expand(raw: Uint8Array, limit: number): Uint8Array | GdbDefect {
  const out: number[] = [];
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] ?? 0;
    const next = raw[at + 1];
    if (byte === ESCAPE) {
      if (next === undefined) return 'escape';
      out.push(next ^ FLIP);
      at += 1;
    } else if (byte === REPEAT) {
      const last = out.at(-1);
      if (next === undefined || next < 0x20 || next > 0x7e || last === undefined) return 'run';
      for (let copies = next - RUN_BIAS; copies > 0; copies--) out.push(last);
      at += 1;
    } else out.push(byte);
    if (out.length > limit) return 'length';
  }
  return Uint8Array.from(out);
}
