import type { Json } from '#core/canonical.ts';
import type { Command, CommandGroup, Option } from './command.ts';
import { definitions, hanging, usageLines, wrapped } from './wrap.ts';

/** Options that every command takes. */
export const EVERYWHERE: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'one JSON document on standard output, nothing else' },
  help: { type: 'boolean', help: 'this text' },
};

const EXIT_CODES = '0 all pass, 1 a fail, 2 inconclusive or error, 64 wrong usage';

function optionRow([name, option]: [string, Option]): readonly [string, string] {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`--${name}${value}`, option.help];
}

/** Help of a group of commands, for people: their usage, and an example of each. */
function groupHelp(name: string, { summary, actions }: CommandGroup, width: number): string {
  const all = Object.entries(actions);
  return [
    ...hanging(`assay ${name}: `, summary, width),
    '',
    ...all.flatMap(([action, command], i) =>
      usageLines(`${i === 0 ? 'usage:' : '      '} assay ${name} ${action} `, command.usage, width),
    ),
    '',
    'actions:',
    ...definitions(
      all.map(([action, command]) => [action, command.summary] as const),
      width,
    ),
    '',
    'options:',
    ...definitions(Object.entries(EVERYWHERE).map(optionRow), width),
    '',
    'examples:',
    ...definitions(
      all.flatMap(([, { examples }]) => examples.slice(0, 1)),
      width,
    ),
    '',
    ...wrapped(`see \`assay ${name} <action> --help\` for the options of each`, width),
  ].join('\n');
}

/** Help of one command or group, for people who see that many columns. */
export function commandHelp(name: string, command: Command | CommandGroup, width: number): string {
  if ('actions' in command) return groupHelp(name, command, width);
  const options = Object.entries({ ...command.options, ...EVERYWHERE }).map(optionRow);
  return [
    ...hanging(`assay ${name}: `, command.summary, width),
    '',
    ...usageLines(`usage: assay ${name} `, command.usage, width),
    '',
    'options:',
    ...definitions(options, width),
    '',
    'examples:',
    ...definitions(command.examples, width),
    '',
    ...hanging('exit codes: ', command.exitCodes ?? EXIT_CODES, width),
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

/** Help of the whole program, for people who see that many columns. */
export function overview(
  version: string,
  commands: readonly (readonly [string, Command | CommandGroup])[],
  width: number,
): string {
  return [
    ...hanging(
      `assay ${version}: `,
      'security tests of real, emulated and virtual boards, with evidence',
      width,
    ),
    '',
    'usage: assay <command> [options]',
    '',
    'commands:',
    ...definitions(
      commands.map(([name, command]) => [name, command.summary] as const),
      width,
    ),
    '',
    'start here:',
    ...definitions(
      [
        ['assay demo', 'every attack on two virtual boards; nothing needed but Node'],
        ['assay <command> --help', 'options and examples of a command'],
      ],
      width,
    ),
    '',
    ...hanging('exit codes: ', EXIT_CODES, width),
  ].join('\n');
}
