const TEXT = new TextDecoder('latin1');

/** Why a target halted. */
export interface GdbStop {
  readonly kind: 'stop';
  /** Signal number as gdb counts them: 2 interrupted, 5 breakpoint or watchpoint. */
  readonly signal: number;
  /** Address that was written or read, where a watchpoint halted it. */
  readonly watch: number | null;
}

/** The target is gone: it exited, or was killed. */
export interface GdbExit {
  readonly kind: 'exit';
  readonly status: number;
}

/** Text of the target's console, while it runs or a monitor command does. */
export interface GdbOutput {
  readonly kind: 'output';
  readonly text: string;
}

const STOP = /^(?:S|T)([0-9a-f]{2})/i;
const WATCH = /(?:^|;)[ar]?watch:([0-9a-f]{1,16})(?:;|$)/i;
const EXIT = /^[WX]([0-9a-f]{1,2})/i;

/** Reads what a running target may say: `S`, `T`, `W`, `X` or `O`; null for anything else. */
export function parseGdbRunning(body: Uint8Array): GdbStop | GdbExit | GdbOutput | null {
  const text = TEXT.decode(body);
  const stop = STOP.exec(text);
  if (stop !== null) {
    const watch = WATCH.exec(text.slice(3));
    return { kind: 'stop', signal: hexNumber(stop[1]), watch: watch === null ? null : hexNumber(watch[1]) };
  }
  const exit = EXIT.exec(text);
  if (exit !== null) return { kind: 'exit', status: hexNumber(exit[1]) };
  if (!text.startsWith('O') || text === 'OK') return null;
  const bytes = parseGdbHex(body.subarray(1));
  return bytes === null ? null : { kind: 'output', text: TEXT.decode(bytes) };
}

function hexNumber(digits: string | undefined): number {
  return Number.parseInt(digits ?? '', 16);
}

/** Bytes told in hex digits; null where they are not. */
export function parseGdbHex(body: Uint8Array): Uint8Array | null {
  const text = TEXT.decode(body);
  if (text.length % 2 === 1 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** Number of an error answer `E NN`, or the text of one that tells more (`E.text`); null for any other answer. */
export function parseGdbError(body: Uint8Array): string | null {
  const text = TEXT.decode(body);
  if (/^E[0-9a-f]{2}$/i.test(text)) return text.slice(1);
  return text.startsWith('E.') ? text.slice(2) : null;
}

/** Registers from a `g` answer as 32-bit little-endian words; null for one that the stub cannot tell (`xxxxxxxx`). */
export function parseGdbRegisters(body: Uint8Array): readonly (number | null)[] | null {
  const text = TEXT.decode(body);
  if (!/^(?:[0-9a-f]{8}|x{8})*$/i.test(text.slice(0, text.length - (text.length % 8)))) return null;
  return Array.from({ length: Math.floor(text.length / 8) }, (_, index) => {
    const word = text.slice(index * 8, index * 8 + 8);
    return word.startsWith('x') ? null : Buffer.from(word, 'hex').readUInt32LE();
  });
}

/** Features of a `qSupported` answer: value by name, `+` and `-` for those that are only there or not. */
export function parseGdbFeatures(body: Uint8Array): ReadonlyMap<string, string> {
  const features = new Map<string, string>();
  for (const item of TEXT.decode(body).split(';').slice(0, 256)) {
    const [name = '', value] = item.split('=', 2);
    if (value !== undefined) features.set(name, value);
    else if (/[+\-?]$/.test(item)) features.set(item.slice(0, -1), item.slice(-1));
  }
  return features;
}
