import { varint } from '#codecs/dfu-wire.ts';
import type { MessageField, Overridable, Overrides } from '#fuzz/services/overridable.ts';

/** One field of a protobuf message: a number, bytes, or a message within. */
export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly value: number | Uint8Array | readonly ProtoField[];
}

const VARINT = 0;
const DELIMITED = 2;

/** A protobuf message. Paths are `outer.inner`; `<path>.length` and `<path>.tag` are the field's length and tag. */
export function protoMessage(name: string, fields: readonly ProtoField[]): Overridable {
  return {
    name,
    fields: fieldsOf(fields, ''),
    encode: (overrides = {}) => encode(fields, overrides, ''),
  };
}

function tagOf({ number, value }: ProtoField): number {
  return number * 8 + (typeof value === 'number' ? VARINT : DELIMITED);
}

function encode(fields: readonly ProtoField[], overrides: Overrides, path: string): Uint8Array {
  return joined(...fields.map((field) => encodeField(field, overrides, `${path}${field.name}`)));
}

function encodeField(field: ProtoField, overrides: Overrides, path: string): Uint8Array {
  const { value } = field;
  const told = overrides[path];
  const tag = numberOr(overrides[`${path}.tag`], tagOf(field));
  if (typeof value === 'number') return joined(varint(tag), varint(numberOr(told, value)));
  const own = value instanceof Uint8Array ? value : encode(value, overrides, `${path}.`);
  const body = told instanceof Uint8Array ? told : own;
  const length = numberOr(overrides[`${path}.length`], body.length);
  return joined(varint(tag), varint(length), body);
}

function numberOr(told: number | Uint8Array | undefined, own: number): number {
  return typeof told === 'number' ? told : own;
}

function fieldsOf(fields: readonly ProtoField[], above: string): readonly MessageField[] {
  return fields.flatMap((field): readonly MessageField[] => {
    const path = `${above}${field.name}`;
    const tag: MessageField = { path: `${path}.tag`, kind: 'number', bits: 16, value: tagOf(field) };
    const { value } = field;
    if (typeof value === 'number') return [tag, { path, kind: 'number', bits: 32, value }];
    const bytes = value instanceof Uint8Array ? value : encode(value, {}, '');
    const length: MessageField = { path: `${path}.length`, kind: 'size', bits: 32, value: bytes.length };
    const within = value instanceof Uint8Array ? [] : fieldsOf(value, `${path}.`);
    return [tag, length, { path, kind: 'bytes', value: bytes }, ...within];
  });
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
