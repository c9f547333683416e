import { BenchError } from '#core/errors.ts';

/** Ends every message both ways (OpenOCD User's Guide, "Tcl RPC server"). */
const END = 0x1a;
/** Longest answer: a list of words that were read. */
const MOST = 1 << 20;

/** What OpenOCD made of a command. */
export interface OpenOcdAnswer {
  readonly ok: boolean;
  /** Result, or what it says went wrong. */
  readonly text: string;
}

/**
 * A Tcl command for the RPC server. The server itself does not tell success from failure, so the command is run under
 * `catch`, whose code comes first in the answer. RangeError for a command that would end the message.
 */
export function openOcdRequest(command: string): Uint8Array {
  if (!/^[ -~\n\t]*$/.test(command)) {
    throw new RangeError('a command for OpenOCD is printable ASCII');
  }
  return new TextEncoder().encode(`format {%d %s} [catch {${command}} assay] $assay\u001a`);
}

/** The answer to such a request; null while it is not whole. BenchError for what is none. */
export function openOcdAnswer(received: Uint8Array): OpenOcdAnswer | null {
  const end = received.indexOf(END);
  if (end === -1) {
    if (received.length > MOST) throw nonsense(`${received.length} bytes without an end`);
    return null;
  }
  const answer = new TextDecoder('latin1').decode(received.subarray(0, end));
  const [, code, text = ''] = /^(-?\d{1,10}) ([^]*)$/.exec(answer) ?? [];
  if (code === undefined) throw nonsense(JSON.stringify(answer.slice(0, 120)));
  return { ok: Number(code) === 0, text: text.trim() };
}

/** Words of `read_memory`: `0x1 0xff`. BenchError for anything else, or another count. */
export function openOcdWords(text: string, count: number): readonly number[] {
  const words = text
    .split(/\s+/)
    .map((word) => (/^0x[0-9a-f]{1,8}$/i.test(word) ? Number(word) : Number.NaN));
  if (words.length === count && words.every((word) => !Number.isNaN(word))) return words;
  throw nonsense(JSON.stringify(text.slice(0, 120)));
}

function nonsense(got: string): BenchError {
  return new BenchError({
    code: 'openocd-answer',
    message: 'what answers on this port is not OpenOCD’s Tcl server',
    expected: 'the code of catch, a blank, the result, and 0x1A',
    got,
    remedy: 'check the port: OpenOCD’s Tcl server is on 6666 unless told otherwise',
  });
}
