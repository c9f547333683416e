import { crc16 } from '#codecs/crc16.ts';

/** First two bytes of a packet's first line, and of its further lines. */
export const START_MARKER: readonly [number, number] = [0x06, 0x09];
export const CONTINUE_MARKER: readonly [number, number] = [0x04, 0x14];

/** Longest line on the wire: markers, base64, newline (Zephyr `MCUMGR_SERIAL_MAX_FRAME`). */
export const MAX_LINE = 127;
/** Raw bytes that fill such a line. */
const RAW_PER_LINE = ((MAX_LINE - 3) / 4) * 3;
/** Longest packet that the 16-bit length field can announce (it counts the CRC). */
export const MAX_PACKET = 0xffff - 2;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** A console line longer than this is handed on in pieces. */
const MAX_TEXT = 1024;

/** Why bytes that looked like a frame are not one. */
export type DropReason = 'base64' | 'length' | 'crc' | 'overrun' | 'no-start' | 'restarted';

/** What a stretch of console input turned out to be. */
export type SerialItem =
  | { readonly kind: 'packet'; readonly packet: Uint8Array }
  /** A console line without its line end; bytes as Latin-1, none left out. */
  | { readonly kind: 'text'; readonly text: string }
  /** Marked as a frame but not one; `line` with its markers, without its line end. */
  | {
      readonly kind: 'dropped';
      readonly reason: DropReason;
      readonly line: Uint8Array;
      /** The length field, where one was read. */
      readonly announced?: number;
    };

/** Wraps an SMP packet for the console: length, packet, CRC; base64; lines of at most 127 bytes. */
export function encodeSmpSerial(packet: Uint8Array): Uint8Array {
  const crc = crc16(packet);
  const length = packet.length + 2;
  const raw = Uint8Array.from([length >> 8, length & 0xff, ...packet, crc >> 8, crc & 0xff]);
  const lines: number[] = [];
  for (let at = 0; at < raw.length; at += RAW_PER_LINE) {
    lines.push(...(at === 0 ? START_MARKER : CONTINUE_MARKER));
    lines.push(...Buffer.from(Buffer.from(raw.subarray(at, at + RAW_PER_LINE)).toString('base64'), 'latin1'));
    lines.push(NEWLINE);
  }
  return Uint8Array.from(lines);
}

/**
 * Splits console input into text lines and SMP packets, whatever the chunking. Frames are found at line starts only;
 * what is damaged is reported as dropped, as a server drops it: silently on the wire. Never throws; holds at most one
 * line and one packet.
 */
export class SmpSerialDecoder {
  #line: number[] = [];
  #packet: Uint8Array | null = null;
  /** Bytes of length field and packet and CRC that the packet under way needs. */
  #need = 0;
  readonly #maxPacket: number;

  constructor(maxPacket = MAX_PACKET) {
    this.#maxPacket = maxPacket;
  }

  /** Takes the next bytes; gives what they completed, in order. */
  push(chunk: Uint8Array): SerialItem[] {
    const items: SerialItem[] = [];
    for (const byte of chunk) {
      if (byte === NEWLINE) items.push(...this.#endLine());
      else this.#line.push(byte);
      if (this.#line.length >= MAX_TEXT) items.push(this.#pieceOfText());
    }
    return items;
  }

  /** The unfinished line, as it stands; for a diagnosis when the board falls silent. */
  get pending(): string {
    return latin1(Uint8Array.from(this.#line));
  }

  #pieceOfText(): SerialItem {
    const line = Uint8Array.from(this.#line.splice(0));
    return isMarked(line, START_MARKER) || isMarked(line, CONTINUE_MARKER)
      ? { kind: 'dropped', reason: 'overrun', line }
      : { kind: 'text', text: latin1(line) };
  }

  #endLine(): SerialItem[] {
    const line = Uint8Array.from(this.#line.splice(0));
    const end = line.at(-1) === RETURN ? line.length - 1 : line.length;
    const bare = line.subarray(0, end);
    if (isMarked(bare, START_MARKER)) return this.#start(bare);
    if (isMarked(bare, CONTINUE_MARKER)) return this.#continue(bare);
    return [{ kind: 'text', text: latin1(bare) }];
  }

  #start(line: Uint8Array): SerialItem[] {
    const abandoned: SerialItem[] =
      this.#packet === null
        ? []
        : [{ kind: 'dropped', reason: 'restarted', line: new Uint8Array(), announced: this.#need - 2 }];
    this.#packet = null;
    const raw = fromBase64(line.subarray(2));
    if (raw === null) return [...abandoned, { kind: 'dropped', reason: 'base64', line }];
    if (raw.length < 2) return [...abandoned, { kind: 'dropped', reason: 'length', line }];
    const announced = ((raw[0] ?? 0) << 8) | (raw[1] ?? 0);
    if (announced < 2 || announced > this.#maxPacket + 2) {
      return [...abandoned, { kind: 'dropped', reason: 'length', line, announced }];
    }
    this.#packet = raw;
    this.#need = announced + 2;
    return [...abandoned, ...this.#finish(line)];
  }

  #continue(line: Uint8Array): SerialItem[] {
    if (this.#packet === null) return [{ kind: 'dropped', reason: 'no-start', line }];
    const raw = fromBase64(line.subarray(2));
    if (raw === null) {
      this.#packet = null;
      return [{ kind: 'dropped', reason: 'base64', line }];
    }
    this.#packet = Buffer.concat([this.#packet, raw]);
    return this.#finish(line);
  }

  #finish(line: Uint8Array): SerialItem[] {
    const packet = this.#packet;
    if (packet === null || packet.length < this.#need) return [];
    this.#packet = null;
    const announced = this.#need - 2;
    if (packet.length > this.#need) return [{ kind: 'dropped', reason: 'overrun', line, announced }];
    const body = packet.subarray(2);
    if (crc16(body) !== 0) return [{ kind: 'dropped', reason: 'crc', line, announced }];
    return [{ kind: 'packet', packet: Uint8Array.from(body.subarray(0, -2)) }];
  }
}

/** Bytes as one character each, so that none is lost. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function isMarked(line: Uint8Array, marker: readonly [number, number]): boolean {
  return line[0] === marker[0] && line[1] === marker[1];
}

/** Strict base64 (RFC 4648 section 4): whole groups of four, padding only at the end. */
function fromBase64(text: Uint8Array): Uint8Array | null {
  const string = latin1(text);
  if (string.length === 0 || string.length % 4 !== 0) return null;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(string)) return null;
  return Buffer.from(string, 'base64');
}
