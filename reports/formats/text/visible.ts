/**
 * Characters that act instead of showing: controls (line feeds and tabs among them), bidirectional and other format
 * marks, halves of surrogate pairs, line and paragraph separators.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return NAMED[character] ?? `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** Text in which every character shows and none acts: escapes, bidirectional marks and controls are spelled out. */
export function visible(text: string): string {
  return text.replaceAll(ACTING, escapeOf);
}

/** As `visible`, cut after `most` characters with a count of what was left out. */
export function visibleShort(text: string, most: number): string {
  if (text.length <= most) return visible(text);
  const code = text.charCodeAt(most - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? most - 1 : most;
  return `${visible(text.slice(0, end))}… (${text.length - end} more)`;
}

/** Longest text that a machine format holds in one place; the record has it whole. */
const MOST = 4000;

/** Text from a record for a machine format: nothing in it acts, and it is cut where it has no end. */
export function shown(text: string): string {
  return visibleShort(text, MOST);
}
