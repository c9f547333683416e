import { PeerError } from '#core/errors.ts';
import type { Field, Layout, ValuesOf } from '#codecs/ble/layout.ts';

/** What a Bluetooth decoder says of bytes that break their format. */
export function bleError(code: string, message: string, expected: string, got: string): PeerError {
  return new PeerError({
    code: `ble-${code}`,
    message,
    expected,
    got,
    remedy: 'keep the recorded bytes: they say whether the peer or the transport broke the format',
  });
}

/** Values of a PDU's fields; a PeerError where the bytes are too few, too many, or contradict a size. */
export function decodeLayout<const L extends Layout>(
  what: string,
  layout: L,
  bytes: Uint8Array,
): ValuesOf<L> | PeerError {
  const reader = new Reader(what, bytes);
  try {
    const values = reader.fields(layout);
    reader.end();
    return values as ValuesOf<L>;
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
}

class Reader {
  readonly #what: string;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(what: string, bytes: Uint8Array) {
    this.#what = what;
    this.#bytes = bytes;
  }

  fields(layout: Layout): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    const sizes = new Map<string, number>();
    for (const field of layout) {
      if (field.kind === 'size') sizes.set(field.of, this.#number(field.name, field.width, false));
      else values[field.name] = this.#value(field, sizes.get(field.name));
    }
    return values;
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw this.#error('trailing', 'has bytes behind its last field', 'none', `${left} bytes`);
  }

  #value(field: Exclude<Field, { kind: 'size' }>, sized: number | undefined): unknown {
    switch (field.kind) {
      case 'number':
        return this.#number(field.name, field.width, field.signed);
      case 'bytes':
        return this.#take(field.name, field.length);
      case 'blob':
        return this.#take(field.name, sized ?? this.#bytes.length - this.#at);
      default:
        return this.#list(field.entry, sized);
    }
  }

  /** Entries are never empty, so that even without a count the list ends with the bytes. */
  #list(entry: Layout, count: number | undefined): readonly unknown[] {
    const entries: unknown[] = [];
    while (count === undefined ? this.#at < this.#bytes.length : entries.length < count) {
      entries.push(this.fields(entry));
    }
    return entries;
  }

  #number(name: string, width: number, signed: boolean): number {
    const taken = this.#take(name, width);
    const value = taken.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return signed && value >= 256 ** width / 2 ? value - 256 ** width : value;
  }

  #take(name: string, length: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (length > left)
      throw this.#error('truncated', `ends within ${name}`, `${length} bytes`, `${left} left`);
    const taken = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  #error(code: string, message: string, expected: string, got: string): PeerError {
    return bleError(code, `${this.#what} ${message}`, expected, got);
  }
}
