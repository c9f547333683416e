import { readdirSync } from 'node:fs';
import { UsageError } from '#core/errors.ts';
import { suggest } from '#engine/nearest.ts';
import { printable } from '#engine/printable.ts';
import type { Command, CommandGroup } from './command.ts';

const FOLDER = new URL('./commands/', import.meta.url);

/** Names of all commands: the files of the commands folder. */
export function commandNames(): readonly string[] {
  const names = readdirSync(FOLDER).flatMap((file) => /^([a-z]+)\.[jt]s$/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** A command line's first words resolved: the whole name, what it is, and the words that remain. */
export interface Found {
  readonly name: string;
  readonly command: Command | CommandGroup;
  readonly rest: readonly string[];
}

/** Loads a command or group. Throws UsageError `command-unknown`. */
export async function findCommand(name: string): Promise<Command | CommandGroup> {
  const names = commandNames();
  if (!names.includes(name)) throw unknown(name, name, names);
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = (await import(new URL(`${name}.${extension}`, FOLDER).href)) as {
    readonly command: Command | CommandGroup;
  };
  return module.command;
}

/** Finds the command that words name; a group by itself, or followed by an option, is what is found. */
export async function resolveCommand(words: readonly string[]): Promise<Found> {
  const [name = '', ...rest] = words;
  const command = await findCommand(name);
  const [second] = rest;
  if (!('actions' in command) || second === undefined || second.startsWith('-')) {
    return { name, command, rest };
  }
  const action = Object.hasOwn(command.actions, second) ? command.actions[second] : undefined;
  const whole = `${name} ${second}`;
  if (action === undefined) throw unknown(whole, second, Object.keys(command.actions));
  return { name: whole, command: action, rest: rest.slice(1) };
}

function unknown(whole: string, word: string, names: readonly string[]): UsageError {
  return new UsageError({
    code: 'command-unknown',
    message: `there is no command ${printable(whole)}`,
    remedy: suggest(word, names),
  });
}
