import type { Layout } from '#codecs/ble/layout.ts';

/** Where a field of a PDU is in its bytes. */
export interface Span {
  readonly name: string;
  readonly pos: number;
  readonly size: number;
  /** What was meant, where it is a number. */
  readonly value: number | null;
}

type Values = Readonly<Record<string, unknown>>;

/** Places of all numbers and fixed stretches of a PDU whose fields begin at `base`; of lists, those of each entry. */
export function spansOf(layout: Layout, values: Values, base: number): readonly Span[] {
  const spans: Span[] = [];
  place(layout, values, base, spans);
  return spans;
}

function place(layout: Layout, values: Values, base: number, spans: Span[]): number {
  let at = base;
  for (const field of layout) {
    const value = values[field.name];
    if (field.kind === 'list') {
      for (const entry of value as readonly Values[]) at = place(field.entry, entry, at, spans);
      continue;
    }
    const size =
      field.kind === 'blob'
        ? (value as Uint8Array).length
        : field.kind === 'bytes'
          ? field.length
          : field.width;
    // What fills a blob depends on other fields, and tshark takes it apart further.
    if (field.kind !== 'blob') {
      spans.push({ name: field.name, pos: at, size, value: typeof value === 'number' ? value : null });
    }
    at += size;
  }
  return at;
}
