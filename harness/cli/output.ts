import type { WriteStream } from 'node:tty';
import { terminalOf, type Terminal } from './terminal.ts';

/** Where a command's words go. */
export interface Output {
  readonly json: boolean;
  /** The closing text or document. */
  readonly terminal: Terminal;
  answer(text: string): void;
  complain(text: string): void;
  /** Progress: standard output for people, standard error beside a document, and there only if somebody watches. */
  readonly progress: { readonly terminal: Terminal; readonly write: (text: string) => void };
  /** Resolves when everything is written. */
  flush(): Promise<void>;
}

type Streams = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>;

/** A reader that went away (`| head`) ends the talking, not the work. */
function tolerant(stream: WriteStream): (text: string) => boolean {
  let open = true;
  stream.on('error', () => {
    open = false;
  });
  const write = stream.write.bind(stream);
  return (text) => open && write(text);
}

/** The output of a process. With `json` only the document reaches standard output, whatever else is printed. */
export function outputOf({ stdout, stderr, env }: Streams, json: boolean): Output {
  const out = tolerant(stdout);
  const err = tolerant(stderr);
  // A bench file or a library that prints must not spoil the document.
  if (json) stdout.write = stderr.write.bind(stderr);
  const watched = json ? stderr : stdout;
  const silent = json && !stderr.isTTY;
  return {
    json,
    terminal: terminalOf(stdout, env),
    answer: (text) => void out(`${text}\n`),
    complain: (text) => void err(`${text}\n`),
    progress: {
      terminal: terminalOf(watched, env),
      write: (text) => {
        if (!silent) (json ? err : out)(text);
      },
    },
    flush: () =>
      new Promise((resolve) => {
        if (stdout.writableLength === 0) resolve();
        else stdout.once('drain', () => resolve()).once('error', () => resolve());
      }),
  };
}
