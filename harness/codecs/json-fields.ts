import { BenchError } from '#core/errors.ts';

/** Members of a JSON object whose shape nobody vouches for. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object out of bytes. BenchError `json-answer` for anything else. */
export function jsonObject(bytes: Uint8Array): Fields {
  const text = new TextDecoder().decode(bytes);
  const value = parsed(text);
  if (isFields(value)) return value;
  throw new BenchError({
    code: 'json-answer',
    message: 'an instrument did not answer with a JSON object',
    expected: 'a JSON object',
    got: JSON.stringify(text.slice(0, 120)),
    remedy: 'check that the address in the bench file belongs to the instrument',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a name, own members only; null where there is none. */
export function fieldsIn(fields: Fields | null, name: string): Fields | null {
  const value = fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return isFields(value) ? value : null;
}

/** The value under a name where it is of the type asked for; null otherwise. */
export function numberIn(fields: Fields | null, name: string): number | null {
  const value = fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** As `numberIn`, for true and false. */
export function booleanIn(fields: Fields | null, name: string): boolean | null {
  const value = fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'boolean' ? value : null;
}

/** As `numberIn`, for text. */
export function textIn(fields: Fields | null, name: string): string | null {
  const value = fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : null;
}
