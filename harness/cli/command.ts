import type { Json } from '#core/canonical.ts';
import type { OnEvent } from '#engine/events.ts';
import type { Terminal } from './terminal.ts';

/** An option of a command, as node:util parseArgs takes it, with its line of help. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** Placeholder of the value: `DIR`. */
  readonly value?: string;
  readonly help: string;
}

/** Values given on the command line, by option name. */
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What a command works with. */
export interface Call {
  readonly values: Values;
  readonly positionals: readonly string[];
  /** Ends slow work; aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where people look: widths and colours for the closing text. */
  readonly terminal: Terminal;
  /** Shows what goes on. */
  readonly onEvent: OnEvent;
  /** Says one line at once, where progress is shown. */
  readonly say: (line: string) => void;
}

/** What a command ends with: one document for scripts, one text for people. */
export interface Answer {
  readonly exitCode: number;
  readonly json: Json;
  readonly text: string;
}

/** One verb of the command line; found as `commands/<verb>.ts`, export `command`. */
export interface Command {
  readonly summary: string;
  /** What follows the verb: `<run> [options]`. */
  readonly usage: string;
  /** Names of positional arguments, all needed; more are refused. */
  readonly positionals: readonly { readonly name: string; readonly optional?: boolean }[];
  readonly options: Readonly<Record<string, Option>>;
  /** Command line and what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What the exit codes say, where they are not those of verdicts. */
  readonly exitCodes?: string;
  run(call: Call): Promise<Answer>;
}

/** Commands that belong together: `assay image inspect`, `assay image sign`. */
export interface CommandGroup {
  readonly summary: string;
  /** By their second word. */
  readonly actions: Readonly<Record<string, Command>>;
}
