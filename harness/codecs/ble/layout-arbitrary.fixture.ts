import fc from 'fast-check';
import type { Field, Layout } from '#codecs/ble/layout.ts';

/** Short enough for any size field, and for a whole PDU to fit one of 255 bytes. */
const MOST = 20;

function fieldValue(field: Exclude<Field, { kind: 'size' }>): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'number': {
      const span = 256 ** field.width;
      return field.signed
        ? fc.integer({ min: -span / 2, max: span / 2 - 1 })
        : fc.integer({ min: 0, max: span - 1 });
    }
    case 'bytes':
      return fc.uint8Array({ minLength: field.length, maxLength: field.length });
    case 'blob':
      return fc.uint8Array({ maxLength: MOST });
    default:
      return fc.array(layoutValues(field.entry), { maxLength: 4 });
  }
}

/** Values that a layout can hold. */
export function layoutValues(layout: Layout): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const fields = layout.filter((field) => field.kind !== 'size');
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, fieldValue(field)])), {
    noNullPrototype: true,
  });
}
