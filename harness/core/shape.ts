/** What a value from outside has to look like. */
export type Shape =
  | { readonly kind: 'text' }
  | { readonly kind: 'date' }
  | { readonly kind: 'sha256' }
  | { readonly kind: 'number' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'either'; readonly of: readonly Shape[]; readonly says: string }
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly needs: readonly string[];
    };

/** Something in a value that does not fit its shape. */
export interface Misfit {
  /** `devices.left.serial`, `instruments[2].model`. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

/** Longest text, list and map that somebody may write by hand. */
const LONGEST_TEXT = 4000;
const LONGEST_LIST = 2000;

/** Misfits told at once; more help nobody. */
const MOST = 20;

const NAMES: Readonly<Record<Exclude<Shape['kind'], 'choice' | 'either'>, string>> = {
  text: `a text of 1 to ${LONGEST_TEXT} characters`,
  date: 'a date such as 2026-11-22',
  sha256: 'a SHA-256, 64 lower-case hex digits',
  number: 'a finite number',
  list: `a list of at most ${LONGEST_LIST} entries`,
  map: 'an object, name to value',
  object: 'an object',
};

function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') {
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}...` : JSON.stringify(value);
  }
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

/** True for a day that the calendar has. */
function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const leap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 0;
  return y > 0 && d >= 1 && d <= days;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(field: string, name: string): string {
  const plain = /^[A-Za-z_$][\w$]*$/.test(name);
  if (!plain) return `${field}[${JSON.stringify(name)}]`;
  return field === '' ? name : `${field}.${name}`;
}

function fits(value: unknown, shape: Shape): boolean {
  if (shape.kind === 'text') {
    return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
  }
  if (shape.kind === 'date') return typeof value === 'string' && isDate(value);
  if (shape.kind === 'sha256') return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
  if (shape.kind === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (shape.kind === 'choice') return typeof value === 'string' && shape.of.includes(value);
  if (shape.kind === 'list') return Array.isArray(value) && value.length <= LONGEST_LIST;
  if (shape.kind === 'either') return shape.of.some((one) => misfits(value, one).length === 0);
  return isRecord(value);
}

function expected(shape: Shape): string {
  if (shape.kind === 'choice') return `one of ${shape.of.join(', ')}`;
  return shape.kind === 'either' ? shape.says : NAMES[shape.kind];
}

function objectMisfits(
  value: Readonly<Record<string, unknown>>,
  shape: Extract<Shape, { kind: 'object' }>,
  field: string,
): Misfit[] {
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  const known = Object.keys(shape.fields);
  const inside = given.flatMap(([name, member]) => {
    const of = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (of !== undefined) return misfits(member, of, at(field, name));
    return [{ field: at(field, name), expected: `one of the fields ${known.join(', ')}`, got: 'this name' }];
  });
  const missing = shape.needs
    .filter((name) => !given.some(([other]) => other === name))
    .map((name) => ({
      field: at(field, name),
      expected: expected(shape.fields[name] ?? { kind: 'text' }),
      got: 'nothing',
    }));
  return [...missing, ...inside];
}

/** Where a value does not fit a shape; empty where it does. Never throws, whatever the value is. */
export function misfits(value: unknown, shape: Shape, field = ''): readonly Misfit[] {
  if (!fits(value, shape)) {
    return [{ field: field === '' ? 'campaign' : field, expected: expected(shape), got: described(value) }];
  }
  if (shape.kind === 'list') {
    return (value as readonly unknown[])
      .flatMap((item, index) => misfits(item, shape.of, `${field}[${index}]`))
      .slice(0, MOST);
  }
  if (shape.kind === 'map') {
    return Object.entries(value as Readonly<Record<string, unknown>>)
      .flatMap(([name, member]) => misfits(member, shape.of, at(field, name)))
      .slice(0, MOST);
  }
  if (shape.kind !== 'object') return [];
  return objectMisfits(value as Readonly<Record<string, unknown>>, shape, field).slice(0, MOST);
}
