/** Any JSON value. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * One text per value: keys sorted by code unit, no spaces, undefined members left out (as RFC 8785 for the values we
 * use: finite numbers, strings, arrays, objects).
 */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = value as { readonly [key: string]: Json | undefined };
  let text = '{';
  for (const key of sortedKeys(members)) {
    const member = members[key];
    if (member === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${canonical(member)}`;
  }
  return `${text}}`;
}

/** Keys by code unit. What was read from canonical text has them so already: evidence is checked by the gigabyte. */
function sortedKeys(members: object): readonly string[] {
  const keys = Object.keys(members);
  const inOrder = keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key);
  return inOrder ? keys : keys.sort((a, b) => (a < b ? -1 : 1));
}
