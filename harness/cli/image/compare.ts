import type { Json } from '#core/canonical.ts';
import type { Description, Field, Part } from './description.ts';

/** One field that is not the same in both; null: it is not there. */
export interface FieldChange {
  readonly part: string;
  readonly field: string;
  readonly left: Pick<Field, 'value' | 'text'> | null;
  readonly right: Pick<Field, 'value' | 'text'> | null;
}

/** Bytes of a part that are not the same; offsets count from the part's content. */
export interface Range {
  readonly part: string;
  readonly from: number;
  /** First offset behind the range. */
  readonly to: number;
}

/** What two images differ in. */
export interface Comparison {
  readonly fields: readonly FieldChange[];
  readonly ranges: readonly Range[];
}

/** Differences nearer than this are one range: a changed word, not four changed bytes. */
const NEAR = 16;

interface Place {
  readonly part: string;
  readonly field: Field;
}

function everyPart(parts: readonly Part[], above = ''): readonly (readonly [string, Part])[] {
  return parts.flatMap((part) => {
    const name = above === '' ? part.name : `${above} / ${part.name}`;
    return [[name, part] as const, ...everyPart(part.parts, name)];
  });
}

function fieldsOf(parts: readonly (readonly [string, Part])[]): ReadonlyMap<string, Place> {
  const places = parts.flatMap(([part, { fields }]) =>
    fields.map((field): [string, Place] => [`${part}\n${field.name}`, { part, field }]),
  );
  return new Map(places);
}

function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function brief(field: Field | undefined): Pick<Field, 'value' | 'text'> | null {
  return field === undefined ? null : { value: field.value, text: field.text };
}

/** Ranges of offsets in which two byte strings differ; where one is longer, its rest differs. */
export function differingRanges(part: string, left: Uint8Array, right: Uint8Array): readonly Range[] {
  const ranges: { part: string; from: number; to: number }[] = [];
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at] === right[at]) continue;
    const last = ranges.at(-1);
    if (last !== undefined && at - last.to < NEAR) last.to = at + 1;
    else ranges.push({ part, from: at, to: at + 1 });
  }
  return ranges;
}

/** Compares two descriptions field by field, and what no field shows byte by byte. */
export function compare(left: Description, right: Description): Comparison {
  const [leftParts, rightParts] = [everyPart(left.parts), everyPart(right.parts)];
  const [before, after] = [fieldsOf(leftParts), fieldsOf(rightParts)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const fields = keys.flatMap((key): readonly FieldChange[] => {
    const [a, b] = [before.get(key), after.get(key)];
    if (sameJson(a?.field.value, b?.field.value)) return [];
    const { part = '', field } = a ?? b ?? {};
    return [{ part, field: field?.name ?? '', left: brief(a?.field), right: brief(b?.field) }];
  });
  const others = new Map(rightParts);
  const ranges = leftParts.flatMap(([part, { content }]) => {
    const other = others.get(part)?.content;
    if (content === undefined || other === undefined) return [];
    return differingRanges(part, content, other);
  });
  return { fields, ranges };
}
