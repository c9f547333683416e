/** Commands of the serial loader in ROM and of the flasher stub (esptool's serial protocol). */
export const ESP_OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeReg: 0x09,
  readReg: 0x0a,
  spiSetParams: 0x0b,
  spiAttach: 0x0d,
  readFlashSlow: 0x0e,
  changeBaudRate: 0x0f,
  deflBegin: 0x10,
  deflData: 0x11,
  deflEnd: 0x12,
  flashMd5: 0x13,
  securityInfo: 0x14,
  eraseFlash: 0xd0,
  eraseRegion: 0xd1,
  readFlash: 0xd2,
  runUserCode: 0xd3,
} as const;

/** Block sizes that both sides keep to: RAM, flash through the ROM, flash through the stub, one read. */
export const ESP_BLOCK = {
  ram: 0x1800,
  flashRom: 0x400,
  flashStub: 0x4000,
  readSlow: 64,
  read: 0x1000,
} as const;

/** Erase unit of the flash. */
export const ESP_SECTOR = 0x1000;
/** Longest frame either side sends: a block for the stub with its headers. */
export const ESP_FRAME_LIMIT = 0x4000 + 16 + 8;

const HEADER = 8;
const BLOCK_HEADER = 16;
const CHECKSUM_SEED = 0xef;
const REQUEST = 0;
const RESPONSE = 1;

/** A command, without framing. */
export interface EspRequest {
  readonly op: number;
  readonly data: Uint8Array;
  /** Over the data of a block; 0 elsewhere. */
  readonly checksum: number;
}

/** An answer, without framing; status and data are told apart by `splitStatus`. */
export interface EspResponse {
  readonly op: number;
  /** A register's content, where one was asked for. */
  readonly value: number;
  /** Data and status bytes. */
  readonly body: Uint8Array;
}

/** XOR of all bytes, as the ROM computes it. */
export function espChecksum(data: Uint8Array): number {
  let sum = CHECKSUM_SEED;
  for (const byte of data) sum ^= byte;
  return sum;
}

/** 32-bit words, low byte first. */
export function espWords(...words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word >>> 0, true));
  return new Uint8Array(view.buffer);
}

/** A word of bytes that may end before it; 0 then. */
export function espWord(bytes: Uint8Array, index: number): number {
  const at = index * 4;
  if (at + 4 > bytes.length) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}

/** A command of plain words. */
export function espCommand(op: number, ...words: readonly number[]): EspRequest {
  return { op, data: espWords(...words), checksum: 0 };
}

/** What makes a loader answer, and its UART find the speed. */
export function espSync(): EspRequest {
  const data = new Uint8Array(36).fill(0x55);
  data.set([0x07, 0x07, 0x12, 0x20]);
  return { op: ESP_OP.sync, data, checksum: 0 };
}

/** A piece of RAM or flash content, number `sequence` of its transfer. */
export function espBlock(op: number, sequence: number, content: Uint8Array): EspRequest {
  const data = new Uint8Array(BLOCK_HEADER + content.length);
  data.set(espWords(content.length, sequence, 0, 0));
  data.set(content, BLOCK_HEADER);
  return { op, data, checksum: espChecksum(content) };
}

/** Content of a block command; null where its length is not the one it claims. */
export function readBlock(
  data: Uint8Array,
): { readonly sequence: number; readonly content: Uint8Array } | null {
  if (data.length < BLOCK_HEADER || espWord(data, 0) !== data.length - BLOCK_HEADER) return null;
  return { sequence: espWord(data, 1), content: data.subarray(BLOCK_HEADER) };
}

/** A command as a frame. */
export function encodeEspRequest({ op, data, checksum }: EspRequest): Uint8Array {
  return message(REQUEST, op, checksum, data);
}

/** A command out of a frame; null where it is none. */
export function decodeEspRequest(frame: Uint8Array): EspRequest | null {
  const fields = fieldsOf(frame, REQUEST);
  if (fields === null) return null;
  return { op: fields.op, data: fields.body, checksum: fields.word };
}

/** An answer as a frame. */
export function encodeEspResponse({ op, value, body }: EspResponse): Uint8Array {
  return message(RESPONSE, op, value, body);
}

/** An answer out of a frame; null where it is none: noise, console text, data of a flash read. */
export function decodeEspResponse(frame: Uint8Array): EspResponse | null {
  const fields = fieldsOf(frame, RESPONSE);
  if (fields === null) return null;
  return { op: fields.op, value: fields.word, body: fields.body };
}

/** Status of an answer that carries so many bytes of data when it is good; the first two bytes where it is shorter. */
export function splitStatus(
  body: Uint8Array,
  dataLength: number,
): { readonly data: Uint8Array; readonly failed: boolean; readonly code: number } | null {
  const at = body.length >= dataLength + 2 ? dataLength : 0;
  const [first, second] = [body[at], body[at + 1]];
  if (first === undefined || second === undefined) return null;
  // A refusal comes without the data; one that is long enough for them is an answer of another kind of loader.
  if (at === 0 && dataLength > 0 && first === 0) return null;
  return { data: body.subarray(0, at), failed: first !== 0, code: (first << 8) | second };
}

function message(direction: number, op: number, word: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER + body.length);
  const view = new DataView(frame.buffer);
  frame[0] = direction;
  frame[1] = op;
  view.setUint16(2, body.length, true);
  view.setUint32(4, word >>> 0, true);
  frame.set(body, HEADER);
  return frame;
}

function fieldsOf(frame: Uint8Array, direction: number) {
  if (frame.length < HEADER || frame[0] !== direction) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint16(2, true) !== frame.length - HEADER) return null;
  return { op: frame[1] ?? 0, word: view.getUint32(4, true), body: frame.subarray(HEADER) };
}
