import { columnsOf } from './terminal.ts';

/** Least columns that text beside something else is worth setting in. */
const LEAST = 30;
const GAP = 2;
const INDENT = 2;

/** Where a line of so many columns ends best: before a word that fits the next line, else in a word that fits none. */
function breakOf(text: readonly string[], columns: number): number {
  const space = text.lastIndexOf(' ', columns);
  const end = text.indexOf(' ', space + 1);
  const word = (end === -1 ? text.length : end) - space - 1;
  return space > 0 && (word <= columns || space > columns / 3) ? space : columns;
}

/** Text in lines of at most so many columns; broken at spaces where it has some. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let rest = Array.from(text);
  while (rest.length > columns) {
    const cut = breakOf(rest, columns);
    lines.push(rest.slice(0, cut).join('').trimEnd());
    rest = rest.slice(rest[cut] === ' ' ? cut + 1 : cut);
  }
  return [...lines, rest.join('')];
}

/** Text after a lead, its further lines set under its first. */
export function hanging(lead: string, text: string, columns: number): readonly string[] {
  const indent = ' '.repeat(columnsOf(lead));
  const lines = wrapped(text, columns - indent.length);
  return lines.map((line, i) => `${i === 0 ? lead : indent}${line}`.trimEnd());
}

/** What follows a command, as `hanging` sets it; a bracket that fits a line is not broken. */
export function usageLines(command: string, text: string, columns: number): readonly string[] {
  const room = columns - columnsOf(command);
  const whole = text.replaceAll(/\[[^\]]*\]/g, (bracket) =>
    bracket.length <= room ? bracket.replaceAll(' ', '\u00a0') : bracket,
  );
  return hanging(command, whole, columns).map((line) => line.replaceAll('\u00a0', ' '));
}

/** Rows of a name and what it is: side by side where there is room for both, else one under the other. */
export function definitions(
  rows: readonly (readonly [string, string])[],
  columns: number,
): readonly string[] {
  const left = Math.max(...rows.map(([name]) => columnsOf(name)));
  const margin = ' '.repeat(INDENT);
  if (columns - INDENT - left - GAP >= LEAST) {
    return rows.flatMap(([name, text]) => hanging(margin + name.padEnd(left + GAP), text, columns));
  }
  return rows.flatMap(([name, text]) => [margin + name, ...hanging(margin.repeat(3), text, columns)]);
}
