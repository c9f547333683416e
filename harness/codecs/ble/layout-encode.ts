import { UsageError } from '#core/errors.ts';
import type {
  BytesField,
  Field,
  Layout,
  Lies,
  NumberField,
  SizeField,
  ValuesOf,
} from '#codecs/ble/layout.ts';

type Values = Readonly<Record<string, unknown>>;

/** Bytes of a PDU's fields. Lies are named by field, within lists by `<list>.<index>.<field>`. Throws UsageError. */
export function encodeLayout<const L extends Layout>(
  layout: L,
  values: ValuesOf<L>,
  lies: Lies = {},
): Uint8Array {
  return Uint8Array.from(encodeFields(layout, values as Values, lies, ''));
}

function encodeFields(layout: Layout, values: Values, lies: Lies, path: string): number[] {
  return layout.flatMap((field) => {
    const lie = lies[`${path}${field.name}`];
    if (lie instanceof Uint8Array) return [...lie];
    return encodeField(field, lie === undefined ? values : { ...values, [field.name]: lie }, lies, path);
  });
}

function encodeField(field: Field, values: Values, lies: Lies, path: string): number[] {
  const value = values[field.name];
  switch (field.kind) {
    case 'number':
      return encodeNumber(field, value);
    case 'bytes':
      return [...bytesOf(field, value)];
    case 'blob':
      return value instanceof Uint8Array ? [...value] : refuse(field.name, 'bytes', value);
    case 'size':
      return encodeNumber({ ...field, kind: 'number', signed: false }, value ?? sizeOf(field, values));
    default:
      return entriesOf(field.name, value).flatMap((entry, index) =>
        encodeFields(field.entry, entry, lies, `${path}${field.name}.${index}.`),
      );
  }
}

function encodeNumber({ name, width, signed }: NumberField, value: unknown): number[] {
  const span = 256 ** width;
  const [least, most] = signed ? [-span / 2, span / 2 - 1] : [0, span - 1];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    return refuse(name, `an integer from ${least} to ${most}`, value);
  }
  return Array.from({ length: width }, (_, index) => Math.floor((value + span) / 256 ** index) % 256);
}

function bytesOf({ name, length }: BytesField, value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length === length) return value;
  return refuse(name, `${length} bytes`, value);
}

function sizeOf({ of }: SizeField, values: Values): unknown {
  const sized = values[of];
  return sized instanceof Uint8Array || Array.isArray(sized) ? sized.length : sized;
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
