import { parseArgs } from 'node:util';
import { UsageError } from '#core/errors.ts';
import { suggest } from '#engine/nearest.ts';
import type { Command, Values } from './command.ts';
import { EVERYWHERE } from './help.ts';

export interface Parsed {
  readonly values: Values;
  readonly positionals: readonly string[];
}

function wrongOption(error: unknown, name: string, options: readonly string[]): UsageError {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const unknown = /Unknown option '(-{1,2}[^']+)'/.exec(message)?.[1];
  const known = options.map((option) => `--${option}`);
  return new UsageError({
    code: unknown === undefined ? 'option-invalid' : 'option-unknown',
    message: unknown === undefined ? message : `assay ${name} has no option ${unknown}`,
    remedy: unknown === undefined ? `see \`assay ${name} --help\`` : suggest(unknown, known),
    cause: error,
  });
}

function checkPositionals(name: string, command: Command, given: readonly string[]): void {
  const missing = command.positionals.slice(given.length).find(({ optional }) => optional !== true);
  const extra = given[command.positionals.length];
  if (missing === undefined && extra === undefined) return;
  throw new UsageError({
    code: missing === undefined ? 'argument-extra' : 'argument-missing',
    message:
      missing === undefined
        ? `assay ${name} does not know what to do with ${String(extra)}`
        : `assay ${name} needs <${missing.name}>`,
    expected: `assay ${name} ${command.usage}`,
    remedy: `see \`assay ${name} --help\` for examples`,
  });
}

/** Parses a command's arguments. Throws UsageError for anything the command does not take. */
export function parseCommand(name: string, command: Command, args: readonly string[]): Parsed {
  const options = { ...command.options, ...EVERYWHERE };
  let parsed: Parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrongOption(error, name, Object.keys(options));
  }
  if (parsed.values['help'] !== true) checkPositionals(name, command, parsed.positionals);
  return parsed;
}
