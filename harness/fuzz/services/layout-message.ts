import type { Field, Layout, ValuesOf } from '#codecs/ble/layout.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';
import type { MessageField, Overridable, Overrides } from '#fuzz/services/overridable.ts';

const BITS = { 1: 8, 2: 16, 3: 32, 4: 32 } as const;

/** A message whose fields lie one behind the other. An overridden size is written as told, and so is an overridden blob. */
export function layoutMessage<const L extends Layout>(
  name: string,
  layout: L,
  values: ValuesOf<L>,
): Overridable {
  const held: Readonly<Record<string, unknown>> = values;
  return {
    name,
    fields: layout.flatMap((field) => fieldOf(field, held)),
    encode: (overrides = {}) => {
      const told = { ...values, ...blobsOf(layout, overrides) };
      return encodeLayout(layout, told, { ...sizesOf(layout, told), ...overrides });
    },
  };
}

/** Overridden blobs are values besides, so that sizes that nobody overrides tell of them. */
function blobsOf(layout: Layout, overrides: Overrides): Overrides {
  const blobs = layout.filter(({ kind, name }) => kind === 'blob' && overrides[name] !== undefined);
  return Object.fromEntries(blobs.map(({ name }) => [name, overrides[name] as Uint8Array]));
}

/** True sizes, as far as they fit: what is longer than its size can tell is told in the low bits, as C does it. */
function sizesOf(layout: Layout, told: Readonly<Record<string, unknown>>): Overrides {
  const sizes = layout.flatMap((field): readonly (readonly [string, number])[] => {
    const sized = field.kind === 'size' ? told[field.of] : null;
    if (field.kind !== 'size' || !(sized instanceof Uint8Array)) return [];
    return [[field.name, sized.length % 256 ** field.width]];
  });
  return Object.fromEntries(sizes);
}

function fieldOf(field: Field, held: Readonly<Record<string, unknown>>): readonly MessageField[] {
  const { name: path } = field;
  const value = held[path];
  if (field.kind === 'number' && typeof value === 'number') {
    return [{ path, kind: 'number', bits: BITS[field.width], value }];
  }
  if (field.kind === 'size') {
    const sized = held[field.of];
    const length = sized instanceof Uint8Array ? sized.length : 0;
    return [{ path, kind: 'size', bits: BITS[field.width], value: length }];
  }
  return value instanceof Uint8Array ? [{ path, kind: 'bytes', value }] : [];
}
