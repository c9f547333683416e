/** Longest line that QEMU may send; its answers to the commands used here are short. */
export const MAX_QMP_LINE = 1 << 20;

const NEWLINE = 0x0a;
const UTF8 = new TextDecoder('utf-8');

/** What QEMU says on its monitor. */
export type QmpMessage =
  | { readonly kind: 'greeting'; readonly version: readonly [major: number, minor: number] }
  | { readonly kind: 'return'; readonly id: number | null; readonly value: unknown }
  | {
      readonly kind: 'error';
      readonly id: number | null;
      readonly name: string;
      readonly description: string;
    }
  | { readonly kind: 'event'; readonly name: string; readonly data: unknown }
  | { readonly kind: 'unreadable'; readonly why: string };

/** One command on the wire (QEMU Machine Protocol specification, "Issuing Commands"). */
export function encodeQmp(id: number, command: string, args: Readonly<Record<string, unknown>>): Uint8Array {
  const rest = Object.keys(args).length === 0 ? {} : { arguments: args };
  return Uint8Array.from(Buffer.from(`${JSON.stringify({ execute: command, ...rest, id })}\n`, 'utf8'));
}

/** Splits what comes from a monitor into messages, whatever the chunking. Never throws; holds at most one line. */
export class QmpStream {
  readonly #limit: number;
  #line: number[] = [];
  #isTooLong = false;

  constructor(limit = MAX_QMP_LINE) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): readonly QmpMessage[] {
    const messages: QmpMessage[] = [];
    for (const byte of chunk) {
      if (byte === NEWLINE) messages.push(...this.#endLine());
      else if (this.#line.length < this.#limit) this.#line.push(byte);
      else this.#isTooLong = true;
    }
    return messages;
  }

  #endLine(): readonly QmpMessage[] {
    const text = UTF8.decode(Uint8Array.from(this.#line)).trim();
    const isTooLong = this.#isTooLong;
    this.#line = [];
    this.#isTooLong = false;
    if (isTooLong) return [{ kind: 'unreadable', why: 'a line that is too long' }];
    return text === '' ? [] : [messageOf(text)];
  }
}

function messageOf(text: string): QmpMessage {
  const value = parsed(text);
  if (!isRecord(value)) return { kind: 'unreadable', why: `no JSON object: ${text.slice(0, 60)}` };
  const id = typeof value['id'] === 'number' ? value['id'] : null;
  if ('return' in value) return { kind: 'return', id, value: value['return'] };
  if (isRecord(value['error'])) {
    const { class: name, desc } = value['error'];
    return { kind: 'error', id, name: String(name), description: String(desc) };
  }
  if (typeof value['event'] === 'string') return { kind: 'event', name: value['event'], data: value['data'] };
  const version = versionOf(value['QMP']);
  return version === null
    ? { kind: 'unreadable', why: `neither answer nor event: ${text.slice(0, 60)}` }
    : { kind: 'greeting', version };
}

function versionOf(greeting: unknown): readonly [number, number] | null {
  const version = isRecord(greeting) ? greeting['version'] : null;
  const qemu = isRecord(version) ? version['qemu'] : null;
  if (!isRecord(qemu)) return null;
  const { major, minor } = qemu;
  return typeof major === 'number' && typeof minor === 'number' ? [major, minor] : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
