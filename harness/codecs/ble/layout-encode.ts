import { UsageError } from '#core/errors.ts';
import type { BytesField, Field, Layout, Lies, NumberField, ValuesOf } from '#codecs/ble/layout.ts';

type Values = Readonly<Record<string, unknown>>;

const NO_LIES: Lies = {};

/** Bytes of a PDU's fields. Lies are named by field, within lists by `<list>.<index>.<field>`. Throws UsageError. */
export function encodeLayout<const L extends Layout>(
  layout: L,
  values: ValuesOf<L>,
  lies: Lies = NO_LIES,
): Uint8Array {
  const writer = new Writer(lies);
  writer.fields(layout, values, '');
  return Uint8Array.from(writer.bytes);
}

/** Collects the bytes of fields; thousands of packets a second go through here, so that nothing is made in between. */
class Writer {
  readonly bytes: number[] = [];
  readonly #lies: Lies;

  constructor(lies: Lies) {
    this.#lies = lies;
  }

  fields(layout: Layout, values: Values, path: string): void {
    for (const field of layout) {
      const lie = this.#lies[path === '' ? field.name : `${path}${field.name}`];
      if (lie instanceof Uint8Array) this.#append(lie);
      else this.#field(field, lie ?? valueOf(field, values), path);
    }
  }

  #field(field: Field, value: unknown, path: string): void {
    switch (field.kind) {
      case 'number':
        this.#number(field, value);
        break;
      case 'size':
        this.#number({ ...field, kind: 'number', signed: false }, value);
        break;
      case 'bytes':
        this.#append(bytesOf(field, value));
        break;
      case 'blob':
        this.#append(value instanceof Uint8Array ? value : refuse(field.name, 'bytes', value));
        break;
      default:
        for (const [index, entry] of entriesOf(field.name, value).entries()) {
          this.fields(field.entry, entry, `${path}${field.name}.${index}.`);
        }
    }
  }

  #number({ name, width, signed }: NumberField, value: unknown): void {
    const span = 256 ** width;
    const least = signed ? -span / 2 : 0;
    const most = signed ? span / 2 - 1 : span - 1;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      refuse(name, `an integer from ${least} to ${most}`, value);
    }
    // The bits of a negative number are those of its complement.
    for (let byte = 0; byte < width; byte++) this.bytes.push((value >>> (8 * byte)) & 0xff);
  }

  #append(bytes: Uint8Array): void {
    for (const byte of bytes) this.bytes.push(byte);
  }
}

/** What is written where nobody lies: the value, or the size of what comes later. */
function valueOf(field: Field, values: Values): unknown {
  if (field.kind !== 'size') return values[field.name];
  const sized = values[field.of];
  return sized instanceof Uint8Array || Array.isArray(sized) ? sized.length : sized;
}

function bytesOf({ name, length }: BytesField, value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length === length) return value;
  return refuse(name, `${length} bytes`, value);
}

function entriesOf(name: string, value: unknown): readonly Values[] {
  return Array.isArray(value) ? (value as readonly Values[]) : refuse(name, 'a list', value);
}

function refuse(name: string, expected: string, value: unknown): never {
  throw new UsageError({
    code: 'ble-field',
    message: `${name} does not fit its field`,
    expected,
    got: value instanceof Uint8Array ? `${value.length} bytes` : String(value),
    remedy: 'give a value that fits, or write other bytes as a lie',
  });
}
