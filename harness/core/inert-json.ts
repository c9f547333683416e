/** What a terminal or an editor may act on and JSON.stringify leaves as it is: C1 controls, format and direction marks. */
const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16);
    return String.raw`\u${unit.padStart(4, '0')}`;
  }).join('');
}

/**
 * JSON text, indented by two, that means the very same value and in which no character acts: whoever prints the file or
 * the answer to a terminal sees escapes (RFC 8259 7), whatever a board put in.
 */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(ACTING, escaped);
}

/** As `inertJson`, on one line. */
export function inertJsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(ACTING, escaped);
}
