import { explain, isAssayError, UsageError } from '#core/errors.ts';
import { inertJson } from '#core/inert-json.ts';
import { printable } from '#engine/printable.ts';
import { version } from '#engine/version.ts';
import { toWire } from '#engine/wire-error.ts';
import type { Answer, Command, CommandGroup } from './command.ts';
import { commandNames, findCommand, resolveCommand } from './find-command.ts';
import { commandHelp, commandHelpJson, overview } from './help.ts';
import type { Output } from './output.ts';
import { parseCommand } from './parse.ts';
import { Progress } from './progress.ts';

/** Wrong usage (EX_USAGE of sysexits.h). */
const USAGE = 64;
const TROUBLE = 2;
/** Longest line of a complaint. */
const LONGEST_LINE = 4000;

async function help(width: number): Promise<Answer> {
  const commands = await Promise.all(
    commandNames().map(async (name) => [name, await findCommand(name)] as const),
  );
  const json = {
    version: version(),
    commands: commands.map(([name, command]) => commandHelpJson(name, command)),
  };
  return { exitCode: 0, json, text: overview(version(), commands, width) };
}

function helpOf(name: string, command: Command | CommandGroup, width: number): Answer {
  return { exitCode: 0, json: commandHelpJson(name, command), text: commandHelp(name, command, width) };
}

/** A group does nothing by itself: it is told what for, or says what there is. */
function helpOfGroup(name: string, group: CommandGroup, rest: readonly string[], width: number): Answer {
  if (rest.includes('--help')) return helpOf(name, group, width);
  throw new UsageError({
    code: 'argument-missing',
    message: `assay ${name} needs to know what to do`,
    expected: Object.keys(group.actions).join(', '),
    remedy: `see \`assay ${name} --help\``,
  });
}

async function runCommand(args: readonly string[], output: Output, signal: AbortSignal): Promise<Answer> {
  const { name, command, rest } = await resolveCommand(args);
  const { width } = output.terminal;
  if ('actions' in command) return helpOfGroup(name, command, rest, width);
  const { values, positionals } = parseCommand(name, command, rest);
  if (values['help'] === true) return helpOf(name, command, width);
  const progress = new Progress(output.progress, () => performance.now());
  try {
    const { onEvent, say } = progress;
    return await command.run({ values, positionals, signal, terminal: output.terminal, onEvent, say });
  } finally {
    progress.finish();
  }
}

async function answerTo(args: readonly string[], output: Output, signal: AbortSignal): Promise<Answer> {
  const words = args.filter((word) => word !== '--json');
  const [first, ...more] = words;
  const { width } = output.terminal;
  if (first === undefined) return { ...(await help(width)), exitCode: USAGE };
  if (first === '--version') return { exitCode: 0, json: { version: version() }, text: version() };
  if (first === 'help' && more.length > 0) {
    const { name, command } = await resolveCommand(more);
    return helpOf(name, command, width);
  }
  if (first === '--help' || first === '-h' || first === 'help') return help(width);
  return runCommand(words, output, signal);
}

/** Lines in which nothing acts on the terminal, whatever a file or a board put into a message. */
function inert(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, LONGEST_LINE))
    .join('\n');
}

/** Runs one command line and writes its answer or its one error; gives the exit code. */
export async function dispatch(
  args: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { exitCode, json, text } = await answerTo(args, output, signal);
    output.answer(output.json ? inertJson(json) : text);
    return exitCode;
  } catch (error) {
    if (output.json) output.answer(inertJson({ error: toWire(error) }));
    output.complain(inert(`assay: ${explain(error)}`));
    if (!isAssayError(error) && error instanceof Error) output.complain(inert(error.stack ?? ''));
    return isAssayError(error) && error.fault === 'caller' ? USAGE : TROUBLE;
  }
}
