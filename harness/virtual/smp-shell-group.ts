import type { CborValue } from '#codecs/cbor.ts';
import { SHELL_ERROR } from '#codecs/smp-error.ts';
import { SHELL_COMMAND } from '#codecs/smp.ts';
import { INVALID, type SmpGroupHandlers, type SmpReply, type SmpRequest } from '#virtual/smp-request.ts';

/** `CONFIG_SHELL_CMD_BUFF_SIZE`. */
const LONGEST_LINE = 256;
/** What the shell returns for a word that is no command (`-ENOEXEC`). */
const NO_SUCH_COMMAND = -8;

/** Handlers of group 9 (smp.md section 9.4): the words are joined with blanks and run as one line. */
export function shellGroup(uptimeMs: () => number): SmpGroupHandlers {
  return { [SHELL_COMMAND.execute]: { write: (request) => execute(request, uptimeMs) } };
}

function execute(request: SmpRequest, uptimeMs: () => number): SmpReply {
  const words = request.members()?.get('argv');
  if (!Array.isArray(words)) return INVALID;
  const texts = words as readonly CborValue[];
  if (!texts.every((word) => typeof word === 'string')) return INVALID;
  const line = texts.join(' ').trim();
  if (line === '') return { error: SHELL_ERROR.empty };
  if (Buffer.byteLength(line) >= LONGEST_LINE) return { error: SHELL_ERROR.tooLong };
  const { output, status } = run(line, uptimeMs);
  return {
    members: [
      ['o', output],
      ['ret', status],
    ],
  };
}

function run(line: string, uptimeMs: () => number): { readonly output: string; readonly status: number } {
  const [first = '', second = ''] = line.split(/\s+/);
  if (first === 'help')
    return { output: 'Available commands:\r\n  help\r\n  kernel  : version, uptime\r\n', status: 0 };
  if (first === 'kernel' && second === 'version') return { output: 'Zephyr version 4.4.0\r\n', status: 0 };
  if (first === 'kernel' && second === 'uptime') {
    return { output: `Uptime: ${Math.floor(uptimeMs())} ms\r\n`, status: 0 };
  }
  return { output: `${first}: command not found\r\n`, status: NO_SUCH_COMMAND };
}
