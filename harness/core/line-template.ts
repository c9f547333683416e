/** What stands in front of a message in the logs of Zephyr (with and without time stamps) and of ESP-IDF. */
const PREFIXES: readonly RegExp[] = [
  /^\[\d{2}:\d{2}:\d{2}\.\d{3},\d{3}\] <(?:err|wrn|inf|dbg)> /,
  /^[EWID]: /,
  /^[EWIDV] \(\d+\) /,
];

/** Characters of a line that a template is made of. */
const LOOKED_AT = 200;

/** A console line with everything that differs from one run to the next replaced by a token: lines of one statement in the firmware become equal. */
export function lineTemplate(text: string): string {
  const prefix = PREFIXES.find((pattern) => pattern.test(text.slice(0, LOOKED_AT)));
  const message = prefix === undefined ? text : text.slice(0, 2 * LOOKED_AT).replace(prefix, '');
  return message
    .slice(0, LOOKED_AT)
    .replaceAll(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, '<address>')
    .replaceAll(/\b0x[0-9a-f]+\b/gi, '<hex>')
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<hex>')
    .replaceAll(/\d+/g, '<n>')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
