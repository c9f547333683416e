import type { Json } from '#core/canonical.ts';
import type { Command, CommandGroup, Option } from './command.ts';

/** Options that every command takes. */
export const EVERYWHERE: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'one JSON document on standard output, nothing else' },
  help: { type: 'boolean', help: 'this text' },
};

const EXIT_CODES = '0 all pass, 1 a fail, 2 inconclusive or error, 64 wrong usage';

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function optionRow([name, option]: [string, Option]): readonly [string, string] {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`--${name}${value}`, option.help];
}

/** Help of a group of commands, for people: their usage, and an example of each. */
function groupHelp(name: string, { summary, actions }: CommandGroup): string {
  const all = Object.entries(actions);
  return [
    `assay ${name}: ${summary}`,
    '',
    ...all.map(
      ([action, { usage }], i) => `${i === 0 ? 'usage:' : '      '} assay ${name} ${action} ${usage}`,
    ),
    '',
    'actions:',
    ...columns(all.map(([action, command]) => [action, command.summary] as const)),
    '',
    'options:',
    ...columns(Object.entries(EVERYWHERE).map(optionRow)),
    '',
    'examples:',
    ...columns(all.flatMap(([, { examples }]) => examples.slice(0, 1))),
    '',
    `see \`assay ${name} <action> --help\` for the options of each`,
  ].join('\n');
}

/** Help of one command or group, for people. */
export function commandHelp(name: string, command: Command | CommandGroup): string {
  if ('actions' in command) return groupHelp(name, command);
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
    `exit codes: ${command.exitCodes ?? EXIT_CODES}`,
  ].join('\n');
}

/** Help of one command or group, for scripts. */
export function commandHelpJson(name: string, command: Command | CommandGroup): Json {
  if ('actions' in command) {
    const all = Object.entries(command.actions);
    const actions = all.map(([action, one]) => commandHelpJson(`${name} ${action}`, one));
    return { command: name, summary: command.summary, actions };
  }
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
export function overview(
  version: string,
  commands: readonly (readonly [string, Command | CommandGroup])[],
): string {
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
    `exit codes: ${EXIT_CODES}`,
  ].join('\n');
}
