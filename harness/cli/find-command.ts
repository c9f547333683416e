import { readdirSync } from 'node:fs';
import { UsageError } from '#core/errors.ts';
import { suggest } from '#engine/nearest.ts';
import type { Command } from './command.ts';

const FOLDER = new URL('./commands/', import.meta.url);

/** Names of all commands: the files of the commands folder. */
export function commandNames(): readonly string[] {
  const names = readdirSync(FOLDER).flatMap((file) => /^([a-z]+)\.[jt]s$/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** Loads a command. Throws UsageError `command-unknown`. */
export async function findCommand(name: string): Promise<Command> {
  const names = commandNames();
  if (!names.includes(name)) {
    throw new UsageError({
      code: 'command-unknown',
      message: `there is no command ${name}`,
      remedy: suggest(name, names),
    });
  }
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = (await import(new URL(`${name}.${extension}`, FOLDER).href)) as {
    readonly command: Command;
  };
  return module.command;
}
