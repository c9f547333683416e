/** Requests of Nordic's Secure DFU protocol (nRF5 SDK 17.1). */
export const DFU_OP = {
  protocolVersion: 0x00,
  create: 0x01,
  setReceipts: 0x02,
  crc: 0x03,
  execute: 0x04,
  select: 0x06,
  mtu: 0x07,
  write: 0x08,
  ping: 0x09,
  hardwareVersion: 0x0a,
  firmwareVersion: 0x0b,
  abort: 0x0c,
} as const;
const RESPONSE = 0x60;

/** Kinds of objects: the init packet, a piece of firmware. */
export const DFU_OBJECT = { command: 1, data: 2 } as const;

/** What a request came to. */
export const DFU_RESULT = {
  success: 0x01,
  notSupported: 0x02,
  parameter: 0x03,
  resources: 0x04,
  object: 0x05,
  type: 0x07,
  notPermitted: 0x08,
  failed: 0x0a,
  extended: 0x0b,
} as const;

/** What is behind the result `extended`. */
export const DFU_EXTENDED = {
  initCommand: 0x04,
  firmwareVersion: 0x05,
  hardwareVersion: 0x06,
  softdevice: 0x07,
  signatureMissing: 0x08,
  hashType: 0x09,
  hashFailed: 0x0a,
  signatureType: 0x0b,
  verification: 0x0c,
  space: 0x0d,
} as const;

const RESULT_TEXT: Readonly<Record<number, string>> = {
  0x00: 'invalid',
  0x02: 'request not supported',
  0x03: 'invalid parameter',
  0x04: 'insufficient resources',
  0x05: 'invalid object, or a signature that does not fit',
  0x07: 'unsupported type',
  0x08: 'not permitted now',
  0x0a: 'operation failed',
};
const EXTENDED_TEXT: Readonly<Record<number, string>> = {
  0x02: 'wrong command format',
  0x03: 'unknown command',
  0x04: 'init command invalid',
  0x05: 'firmware version too low',
  0x06: 'wrong hardware version',
  0x07: 'wrong SoftDevice',
  0x08: 'signature missing',
  0x09: 'wrong hash type',
  0x0a: 'hash could not be computed',
  0x0b: 'wrong signature type',
  0x0c: 'the image is not that of the init packet',
  0x0d: 'insufficient space',
};

/** Bytes of an object of firmware: a page. */
export const DFU_PAGE = 4096;
/** Longest init packet. */
export const DFU_INIT_LIMIT = 512;
/** Transfer unit of the serial boot loader, both ways, with every byte escaped; and the longest frame it can mean. */
export const DFU_SERIAL_MTU = 131;

/** A request, without framing. */
export interface DfuRequest {
  readonly op: number;
  readonly payload: Uint8Array;
}

/** An answer, without framing. */
export interface DfuResponse {
  readonly op: number;
  readonly result: number;
  readonly payload: Uint8Array;
}

/** How far an object has come: bytes, and the CRC-32 of all of them. */
export interface DfuProgress {
  readonly offset: number;
  readonly crc: number;
}

/** A request as a frame. */
export function encodeDfuRequest(op: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Uint8Array.from([op, ...payload]);
}

/** A request out of a frame; null where it is empty. */
export function decodeDfuRequest(frame: Uint8Array): DfuRequest | null {
  const op = frame[0];
  return op === undefined ? null : { op, payload: frame.subarray(1) };
}

/** An answer as a frame. */
export function encodeDfuResponse({ op, result, payload }: DfuResponse): Uint8Array {
  return Uint8Array.from([RESPONSE, op, result, ...payload]);
}

/** An answer out of a frame; null where it is none. */
export function decodeDfuResponse(frame: Uint8Array): DfuResponse | null {
  const [kind, op, result] = frame;
  if (kind !== RESPONSE || op === undefined || result === undefined) return null;
  return { op, result, payload: frame.subarray(3) };
}

/** Numbers of 32 bits, low byte first. */
export function dfuWords(...words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setUint32(4 * i, word >>> 0, true));
  return new Uint8Array(view.buffer);
}

/** As many numbers as asked for; null where the payload is not that long. */
export function readDfuWords(payload: Uint8Array, count: number): readonly number[] | null {
  if (payload.length !== 4 * count) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

/** Bytes of content that a write may carry: escaped, with its number and the delimiter, they must fit the unit. */
export function dfuPieceLength(mtu: number): number {
  return Math.max(0, Math.floor((mtu - 1) / 2) - 1);
}

/** A result in words: `0x0b 0x05: firmware version too low`. */
export function dfuResultText({ result, payload }: Pick<DfuResponse, 'result' | 'payload'>): string {
  const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;
  const [extended] = payload;
  if (result !== DFU_RESULT.extended || extended === undefined) {
    return `${hex(result)}: ${RESULT_TEXT[result] ?? 'unknown'}`;
  }
  return `${hex(result)} ${hex(extended)}: ${EXTENDED_TEXT[extended] ?? 'unknown'}`;
}
