import { DfuMisfit } from '#codecs/dfu-defect.ts';
import { readWire, type WireBytes, type WireField, type WireVarint } from '#codecs/dfu-wire.ts';

/** Takes the typed fields of one protobuf message; unknown ones are left alone. Every method throws DfuMisfit only. */
export class DfuMessage {
  readonly fields: readonly WireField[];
  readonly #name: string;
  readonly #at: number;

  /** `name` is for errors; `at` the offset of `bytes` in the whole input. */
  constructor(name: string, bytes: Uint8Array, at: number) {
    this.fields = readWire(bytes, at);
    this.#name = name;
    this.#at = at;
  }

  /** A 32-bit number; the last of several, as every protobuf reader takes it. */
  uint32(number: number): number | null {
    const found = this.#all(number).at(-1);
    return found === undefined ? null : this.#number(found);
  }

  /** A repeated 32-bit number, packed or not. */
  uint32s(number: number): readonly number[] {
    return this.#all(number).flatMap((field) =>
      field.kind === 'bytes' ? this.#packed(field) : [this.#number(field)],
    );
  }

  bytes(number: number): Uint8Array | null {
    const found = this.#all(number).at(-1);
    return found === undefined ? null : this.#bytes(found).value;
  }

  /** A message within. Twice is a defect: readers differ on it, and the boot loader refuses it. */
  one(number: number): WireBytes | null {
    const [first, second] = this.#all(number);
    if (second !== undefined) {
      throw new DfuMisfit('packet-twice', second.at, `field ${number} of ${this.#name} once`, 'two');
    }
    return first === undefined ? null : this.#bytes(first);
  }

  many(number: number): readonly WireBytes[] {
    return this.#all(number).map((field) => this.#bytes(field));
  }

  /** The value of a required field. */
  required<T>(value: T | null, what: string): T {
    if (value !== null) return value;
    throw new DfuMisfit('packet-missing', this.#at, `${what} in ${this.#name}`, 'none');
  }

  #all(number: number): readonly WireField[] {
    return this.fields.filter((field) => field.number === number);
  }

  #number(field: WireField): number {
    if (field.kind !== 'varint') throw this.#kind(field, 'a number');
    return this.#fit(field.value, field);
  }

  #fit(value: bigint, { number, at }: Pick<WireVarint, 'number' | 'at'>): number {
    if (value <= 0xffffffffn) return Number(value);
    throw new DfuMisfit('packet-range', at, `field ${number} of ${this.#name} within 32 bits`, String(value));
  }

  #bytes(field: WireField): WireBytes {
    if (field.kind !== 'bytes') throw this.#kind(field, 'bytes');
    return field;
  }

  /** Packed numbers are varints without tags; put a tag before each and they are a message. */
  #packed({ number, value, at }: WireBytes): readonly number[] {
    const numbers: number[] = [];
    let start = 0;
    for (let i = 0; i < value.length; i++) {
      if ((value[i] ?? 0) >= 0x80) continue;
      const [one] = readWire(Uint8Array.of(0x08, ...value.subarray(start, i + 1)), at + start - 1);
      if (one?.kind === 'varint') numbers.push(this.#fit(one.value, { number, at: at + start }));
      start = i + 1;
    }
    if (start < value.length) throw new DfuMisfit('packet-end', at + start, 'more of a varint', 'the end');
    return numbers;
  }

  #kind({ number, kind, at }: WireField, expected: string): DfuMisfit {
    return new DfuMisfit('packet-kind', at, `${expected} in field ${number} of ${this.#name}`, kind);
  }
}
