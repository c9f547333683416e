/** Telnet's bytes (RFC 854): what follows 255 is a command. */
export const TELNET = {
  subnegotiationEnd: 240,
  subnegotiation: 250,
  will: 251,
  wont: 252,
  do: 253,
  dont: 254,
  escape: 255,
} as const;

/** Options that a serial line needs: RFC 856, 858, 2217. */
export const TELNET_OPTION = { binary: 0, suppressGoAhead: 3, comPort: 44 } as const;

/** A verb of option negotiation. */
export type TelnetVerb = 'will' | 'wont' | 'do' | 'dont';

/** What a stretch of a Telnet stream turned out to be. */
export type TelnetItem =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'verb'; readonly verb: TelnetVerb; readonly option: number }
  | { readonly kind: 'subnegotiation'; readonly option: number; readonly bytes: Uint8Array }
  /** A command without an argument, such as 241 (nothing) or 246 (are you there). */
  | { readonly kind: 'command'; readonly command: number };

const VERBS: Readonly<Record<number, TelnetVerb>> = { 251: 'will', 252: 'wont', 253: 'do', 254: 'dont' };

/** Longest subnegotiation that is kept; those of RFC 2217 are far shorter, a signature apart. */
const MAX_SUBNEGOTIATION = 512;

/** Data with every 255 doubled. */
export function encodeTelnetData(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(TELNET.escape)) return bytes;
  const out: number[] = [];
  for (const byte of bytes) out.push(...(byte === TELNET.escape ? [byte, byte] : [byte]));
  return Uint8Array.from(out);
}

/** `IAC WILL option` and the like. */
export function encodeTelnetVerb(verb: TelnetVerb, option: number): Uint8Array {
  return Uint8Array.from([TELNET.escape, TELNET[verb], option]);
}

/** `IAC SB option ... IAC SE`, its content escaped. */
export function encodeTelnetSubnegotiation(option: number, content: Uint8Array): Uint8Array {
  const head = [TELNET.escape, TELNET.subnegotiation, option];
  const tail = [TELNET.escape, TELNET.subnegotiationEnd];
  return Uint8Array.from([...head, ...encodeTelnetData(content), ...tail]);
}

type State = 'data' | 'escape' | 'verb' | 'option' | 'content' | 'content-escape';

/** Splits a Telnet stream, whatever the chunking. Never throws; a subnegotiation that does not end is cut short. */
export class TelnetDecoder {
  #state: State = 'data';
  #data: number[] = [];
  #verb: TelnetVerb = 'will';
  #option = 0;
  #content: number[] = [];

  /** Takes the next bytes; gives what they completed, in order. */
  push(chunk: Uint8Array): TelnetItem[] {
    const items: TelnetItem[] = [];
    for (const byte of chunk) this.#take(byte, items);
    this.#flush(items);
    return items;
  }

  #take(byte: number, items: TelnetItem[]): void {
    switch (this.#state) {
      case 'data':
        if (byte === TELNET.escape) this.#state = 'escape';
        else this.#data.push(byte);
        return;
      case 'escape':
        this.#command(byte, items);
        return;
      case 'verb':
        this.#emit(items, { kind: 'verb', verb: this.#verb, option: byte });
        return;
      case 'option':
        this.#option = byte;
        this.#content = [];
        this.#state = 'content';
        return;
      case 'content':
        if (byte === TELNET.escape) this.#state = 'content-escape';
        else this.#keep(byte);
        return;
      case 'content-escape':
        this.#endOrGoOn(byte, items);
    }
  }

  #command(byte: number, items: TelnetItem[]): void {
    const verb = VERBS[byte];
    this.#state = 'data';
    if (byte === TELNET.escape) this.#data.push(byte);
    else if (byte === TELNET.subnegotiation) this.#state = 'option';
    else if (verb === undefined) this.#emit(items, { kind: 'command', command: byte });
    else {
      this.#verb = verb;
      this.#state = 'verb';
    }
  }

  #endOrGoOn(byte: number, items: TelnetItem[]): void {
    if (byte === TELNET.escape) {
      this.#keep(byte);
      this.#state = 'content';
      return;
    }
    const bytes = Uint8Array.from(this.#content);
    this.#emit(items, { kind: 'subnegotiation', option: this.#option, bytes });
    // Anything but the end is a command that cut the subnegotiation off.
    if (byte !== TELNET.subnegotiationEnd) this.#command(byte, items);
  }

  #keep(byte: number): void {
    if (this.#content.length < MAX_SUBNEGOTIATION) this.#content.push(byte);
  }

  #emit(items: TelnetItem[], item: TelnetItem): void {
    this.#flush(items);
    items.push(item);
    this.#state = 'data';
  }

  #flush(items: TelnetItem[]): void {
    if (this.#data.length > 0) items.push({ kind: 'data', bytes: Uint8Array.from(this.#data) });
    this.#data = [];
  }
}
