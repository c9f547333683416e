import { BenchError } from '#core/errors.ts';

/** Longest answer line that a supply gives to what is asked here. */
const MOST = 1024;
/** SCPI-99 7.2: the value that stands for "not a number" and for infinity. */
const NOT_A_NUMBER = 9.9e37;

/** A command or query as it goes over the line (IEEE 488.2: ended by a line feed). */
export function scpiMessage(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}

/** The first line of what has come, without its end; null while it is not whole. BenchError for a line without end. */
export function scpiLine(received: Uint8Array): string | null {
  const end = received.indexOf(0x0a);
  if (end === -1) {
    if (received.length > MOST)
      throw nonsense('a line of text', `${received.length} bytes without a line end`);
    return null;
  }
  return new TextDecoder('latin1').decode(received.subarray(0, Math.min(end, MOST))).trim();
}

/** A decimal number with exponent (NR1, NR2, NR3), perhaps with its unit. BenchError for anything else. */
export function scpiNumber(line: string): number {
  const [, digits] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)\s*[a-z]*$/i.exec(line) ?? [];
  const value = Number(digits);
  if (digits !== undefined && Number.isFinite(value) && Math.abs(value) < NOT_A_NUMBER) return value;
  throw nonsense('a number', line);
}

/** `0`, `1`, `OFF` or `ON`. BenchError for anything else. */
export function scpiBoolean(line: string): boolean {
  if (/^(?:1|ON)$/i.test(line)) return true;
  if (/^(?:0|OFF)$/i.test(line)) return false;
  throw nonsense('0, 1, OFF or ON', line);
}

/** An entry of the error queue, `-113,"Undefined header"`; null for `0,"No error"`. BenchError for what is no entry. */
export function scpiError(line: string): string | null {
  const [, code] = /^([+-]?\d{1,6})\s*(?:,|$)/.exec(line) ?? [];
  if (code === undefined) throw nonsense('an entry of the error queue', line);
  return Number(code) === 0 ? null : line;
}

function nonsense(expected: string, got: string): BenchError {
  return new BenchError({
    code: 'scpi-answer',
    message: 'a SCPI instrument answered something else than what it was asked for',
    expected,
    got: JSON.stringify(got.slice(0, 120)),
    remedy: 'check that the port belongs to the supply, and its baud rate',
  });
}
