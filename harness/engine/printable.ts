/**
 * Text from outside made safe to show and store: control and direction characters become visible escapes, and what
 * is longer than `most` UTF-16 units is cut.
 */
export function printable(text: string, most = 400): string {
  const shown = text.length > most ? `${text.slice(0, most)}…` : text;
  return shown.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
