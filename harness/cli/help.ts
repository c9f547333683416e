import type { Json } from '#core/canonical.ts';
import type { Command, Option } from './command.ts';

/** Options that every command takes. */
export const EVERYWHERE: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'one JSON document on standard output, nothing else' },
  help: { type: 'boolean', help: 'this text' },
};

const EXIT_CODES = 'exit codes: 0 all pass, 1 a fail, 2 inconclusive or error, 64 wrong usage';

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function optionRow([name, option]: [string, Option]): readonly [string, string] {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`--${name}${value}`, option.help];
}

/** Help of one command, for people. */
export function commandHelp(name: string, command: Command): string {
  const options = Object.entries({ ...command.options, ...EVERYWHERE }).map(optionRow);
  return [
    `assay ${name}: ${command.summary}`,
    '',
    `usage: assay ${name} ${command.usage}`,
    '',
    'options:',
    ...columns(options),
    '',
    'examples:',
    ...columns(command.examples),
    '',
    EXIT_CODES,
  ].join('\n');
}

/** Help of one command, for scripts. */
export function commandHelpJson(name: string, command: Command): Json {
  const { summary, usage, options, examples } = command;
  const all = Object.entries({ ...options, ...EVERYWHERE });
  return {
    command: name,
    summary,
    usage: `assay ${name} ${usage}`,
    options: all.map(([option, { help, value }]) => ({ option: `--${option}`, value: value ?? null, help })),
    examples: examples.map(([line, what]) => ({ line, what })),
  };
}

/** Help of the whole program. */
export function overview(version: string, commands: readonly (readonly [string, Command])[]): string {
  return [
    `assay ${version}: security tests of real, emulated and virtual boards, with evidence`,
    '',
    'usage: assay <command> [options]',
    '',
    'commands:',
    ...columns(commands.map(([name, command]) => [name, command.summary] as const)),
    '',
    'start here:',
    ...columns([
      ['assay demo', 'every attack on two virtual boards; nothing needed but Node'],
      ['assay <command> --help', 'options and examples of a command'],
    ]),
    '',
    EXIT_CODES,
  ].join('\n');
}
