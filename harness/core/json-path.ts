import type { Json } from '#core/canonical.ts';

/** A member of a JSON object; undefined for anything that is not an object or lacks it. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, Json | undefined>>)[name] : undefined;
}

/** The first of the named members that is a string. */
export function textOf(value: Json | undefined, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const member = memberOf(value, name);
    if (typeof member === 'string') return member;
  }
  return undefined;
}

/** The first of the named members that is a number. */
export function numberOf(value: Json | undefined, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const member = memberOf(value, name);
    if (typeof member === 'number') return member;
  }
  return undefined;
}

/** A member that is an array; empty otherwise. */
export function listOf(value: Json | undefined, name: string): readonly Json[] {
  const member = memberOf(value, name);
  return Array.isArray(member) ? (member as readonly Json[]) : [];
}
