import { UsageError } from '#core/errors.ts';
import type { Values } from '../command.ts';
import { textOption } from '../options.ts';
import { hex } from './description.ts';

/** An option of the image commands whose value does not fit: UsageError `<option>-invalid`. */
export function wrongOption(name: string, got: string, expected: string): UsageError {
  return new UsageError({
    code: `${name}-invalid`,
    message: `--${name} does not fit`,
    expected,
    got,
    remedy: 'see `assay image sign --help` and `assay image forge --help`',
  });
}

/** A whole number within bounds, decimal or 0x.... Throws UsageError `<name>-invalid`. */
export function numberOf(name: string, text: string, least: number, most: number): number {
  const value = /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw wrongOption(name, text, `a whole number from ${least} to ${hex(most)}, decimal or 0x...`);
}

/** As `numberOf`; undefined where the option was not given. */
export function numberOption(values: Values, name: string, least: number, most: number): number | undefined {
  const text = textOption(values, name);
  return text === undefined ? undefined : numberOf(name, text, least, most);
}
