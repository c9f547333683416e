import { blob, size, u8, type ValuesOf } from '#codecs/ble/layout.ts';
import { decodeLayout } from '#codecs/ble/layout-decode.ts';
import type { PeerError } from '#core/errors.ts';

/** Numbers of Espressif's BluFi (ESP-IDF, `blufi_int.h`). */
export const BLUFI = {
  kind: { control: 0, data: 1 },
  control: {
    ack: 0x00,
    securityMode: 0x01,
    mode: 0x02,
    connect: 0x03,
    disconnect: 0x04,
    status: 0x05,
    version: 0x07,
    close: 0x08,
    list: 0x09,
  },
  data: {
    negotiation: 0x00,
    bssid: 0x01,
    ssid: 0x02,
    password: 0x03,
    userName: 0x09,
    authority: 0x0a,
    status: 0x0f,
    version: 0x10,
    error: 0x12,
    custom: 0x13,
  },
  flag: { encrypted: 0x01, checksum: 0x02, fromDevice: 0x04, acknowledge: 0x08, fragment: 0x10 },
} as const;

/** What a negotiation of ESP-IDF's example begins with: the length of the parameters, or they themselves. */
export const BLUFI_NEGOTIATION = { length: 0x00, parameters: 0x01 } as const;

/** One frame. A fragment that is not the last has the length of the whole, lowest byte first, in front of its content. */
export const BLUFI_FRAME = [
  u8('type'),
  u8('flags'),
  u8('sequence'),
  size('length', 1, 'content'),
  blob('content'),
] as const;

export type BluFiFrame = ValuesOf<typeof BLUFI_FRAME>;

/** The byte that names kind and subtype. */
export function bluFiType(kind: number, subtype: number): number {
  return kind | (subtype << 2);
}

/** The frame in these bytes. */
export function decodeBluFi(bytes: Uint8Array): BluFiFrame | PeerError {
  return decodeLayout('BluFi frame', BLUFI_FRAME, bytes);
}
