import { decodeCborMap, encodeCborMap, type CborMap, type CborValue } from '#codecs/cbor.ts';

/** Bytes of the header that every SMP message starts with. */
export const SMP_HEADER = 8;

/** Operations of SMP; an answer is its request's operation plus one. */
export const SMP_OP = { read: 0, readAnswer: 1, write: 2, writeAnswer: 3 } as const;

/** Management groups that Assay speaks to (`mgmt_defines.h`). */
export const SMP_GROUP = {
  os: 0,
  image: 1,
  statistics: 2,
  settings: 3,
  files: 8,
  shell: 9,
  enumeration: 10,
} as const;

/** Commands of the groups above, as `<group>` then id. */
export const OS_COMMAND = {
  echo: 0,
  taskStatistics: 2,
  dateTime: 4,
  reset: 5,
  params: 6,
  info: 7,
  bootloader: 8,
} as const;
export const IMAGE_COMMAND = { state: 0, upload: 1, erase: 5, slots: 6 } as const;
export const STATISTICS_COMMAND = { read: 0, list: 1 } as const;
export const SETTINGS_COMMAND = { value: 0, remove: 1, commit: 2, store: 3 } as const;
export const FILES_COMMAND = { transfer: 0, status: 1, hash: 2, hashTypes: 3, close: 4 } as const;
export const SHELL_COMMAND = { execute: 0 } as const;
export const ENUMERATION_COMMAND = { count: 0, list: 1, single: 2, details: 3 } as const;

export interface SmpHeader {
  /** 0..7; 4..7 are undefined in every known version. */
  readonly op: number;
  /** 0 for version 1, 1 for version 2, 2 and 3 are unknown. */
  readonly version: number;
  readonly flags: number;
  /** Bytes of payload, header excluded. */
  readonly length: number;
  readonly group: number;
  readonly sequence: number;
  readonly command: number;
}

/** Header fields a sender chooses; the length follows from the payload. */
export type SmpAddress = Pick<SmpHeader, 'op' | 'version' | 'group' | 'sequence' | 'command'>;

export interface SmpMessage extends SmpHeader {
  readonly map: CborMap;
  /** Bytes after the map that a sound peer does not send. */
  readonly trailing: Uint8Array;
}

export type SmpResult =
  | { readonly ok: true; readonly message: SmpMessage }
  | { readonly ok: false; readonly why: string; readonly header: SmpHeader | null };

/** One SMP message: header, then a CBOR map with the members in the order given. */
export function encodeSmp(address: SmpAddress, members: Iterable<readonly [string, CborValue]>): Uint8Array {
  const payload = encodeCborMap(members);
  const message = new Uint8Array(SMP_HEADER + payload.length);
  message.set(encodeSmpHeader({ ...address, flags: 0, length: payload.length }));
  message.set(payload, SMP_HEADER);
  return message;
}

/** The 8 header bytes; reserved bits 7..5 are zero. */
export function encodeSmpHeader(header: SmpHeader): Uint8Array {
  const bytes = new Uint8Array(SMP_HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ((header.version & 3) << 3) | (header.op & 7));
  view.setUint8(1, header.flags);
  view.setUint16(2, header.length);
  view.setUint16(4, header.group);
  view.setUint8(6, header.sequence);
  view.setUint8(7, header.command);
  return bytes;
}

/** The header that `bytes` starts with; null when there are fewer than 8. */
export function decodeSmpHeader(bytes: Uint8Array): SmpHeader | null {
  if (bytes.length < SMP_HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SMP_HEADER);
  const first = view.getUint8(0);
  return {
    op: first & 7,
    version: (first >> 3) & 3,
    flags: view.getUint8(1),
    length: view.getUint16(2),
    group: view.getUint16(4),
    sequence: view.getUint8(6),
    command: view.getUint8(7),
  };
}

/** Decodes a whole message; bytes beyond the header's length are refused. Never throws. */
export function decodeSmp(bytes: Uint8Array): SmpResult {
  const header = decodeSmpHeader(bytes);
  if (header === null) return { ok: false, why: `${bytes.length} bytes are no SMP header`, header };
  const payload = bytes.subarray(SMP_HEADER);
  if (payload.length !== header.length) {
    return { ok: false, why: `header says ${header.length} bytes, ${payload.length} came`, header };
  }
  const body = decodeCborMap(payload);
  if (!body.ok) return { ok: false, why: `payload: ${body.why}`, header };
  return { ok: true, message: { ...header, map: body.map, trailing: payload.slice(body.used) } };
}
