import { createInterface } from 'node:readline/promises';
import { BenchError } from '#core/errors.ts';
import type { Ask } from '#drivers/power/manual.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Asks on the terminal, and takes the line end for done. BenchError `nobody-to-ask` where there is no terminal. */
export function askOnTerminal(terminal: Terminal = { input: process.stdin, output: process.stderr }): Ask {
  return async (request, { signal }) => {
    const { input, output } = terminal;
    if (input.isTTY !== true) throw nobody(request);
    const lines = createInterface({ input, output, terminal: false });
    try {
      await lines.question(`${request}, then press Enter: `, { signal });
    } finally {
      lines.close();
    }
  };
}

function nobody(request: string): BenchError {
  return new BenchError({
    code: 'nobody-to-ask',
    message: 'a person is asked to switch the supply, and there is no terminal',
    expected: 'somebody who can do: ' + request,
    remedy: 'run in a terminal, or wire an instrument that switches the supply',
  });
}
