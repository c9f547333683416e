import type { WriteStream } from 'node:tty';

/** Foreground styles by name, as SGR parameters (ECMA-48 8.3.117). */
const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;

export type Style = keyof typeof STYLES;

/** What text is made for: how wide, whether lines may be rewritten, whether colours show. */
export interface Terminal {
  /** Columns, never under 40; endless where nobody watches, so that pipes and logs get whole names. */
  readonly width: number;
  /** True where a line can be written over. */
  readonly live: boolean;
  paint(style: Style, text: string): string;
}

/** A stream as a terminal: live and coloured only where a person watches, and no colour with NO_COLOR. */
export function terminalOf(stream: Partial<WriteStream>, env: NodeJS.ProcessEnv): Terminal {
  const live = stream.isTTY === true && env['TERM'] !== 'dumb';
  const colour = live && (env['NO_COLOR'] ?? '') === '';
  return {
    width: stream.isTTY === true ? Math.max(40, stream.columns ?? 80) : Infinity,
    live,
    paint: (style, text) => (colour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text),
  };
}

/** Columns that plain text takes, one per code point. */
export function columnsOf(text: string): number {
  return Array.from(text).length;
}

/** Plain text cut to a number of columns; the cut shows as `…`. */
export function fit(text: string, columns: number): string {
  const characters = Array.from(text);
  if (characters.length <= columns) return text;
  return columns <= 1 ? '…'.slice(0, columns) : `${characters.slice(0, columns - 1).join('')}…`;
}
