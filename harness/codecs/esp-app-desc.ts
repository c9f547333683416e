import { fieldText, putFieldText } from '#codecs/esp-text.ts';

/** `esp_app_desc_t` (esp_app_desc.h): 256 bytes at the start of segment 0 of an application. */
export interface AppDescriptor {
  /** 0xABCD5432 in a sound image. */
  readonly magic: number;
  /** Anti-rollback counter, compared with the eFuse field. */
  readonly secureVersion: number;
  readonly reserved1: Uint8Array;
  /** Text members are the field's bytes as Latin-1 without trailing NULs. */
  readonly version: string;
  readonly projectName: string;
  readonly time: string;
  readonly date: string;
  readonly idfVersion: string;
  /** 32 bytes; identifies the build. */
  readonly elfSha256: Uint8Array;
  readonly minEfuseBlockRevision: number;
  readonly maxEfuseBlockRevision: number;
  /** log2 of the MMU page, 0 in old builds. */
  readonly mmuPageSize: number;
  /** 0 unknown, 1 QIO, 2 QOUT, 3 DIO, 4 DOUT, 5 OPI: not the encoding of the image header. */
  readonly spiFlashMode: number;
  readonly reserved2: Uint8Array;
}

/** Length of the descriptor. */
export const APP_DESCRIPTOR_LENGTH = 256;
/** Where the descriptor lies in an application file: behind the image header and one segment header. */
export const APP_DESCRIPTOR_AT = 0x20;
/** `ESP_APP_DESC_MAGIC_WORD`. */
export const APP_DESCRIPTOR_MAGIC = 0xabcd5432;

const AT = {
  secureVersion: 4,
  reserved1: 8,
  version: 16,
  projectName: 48,
  time: 80,
  date: 96,
  idfVersion: 112,
  elfSha256: 144,
  minBlock: 176,
  maxBlock: 178,
  mmuPageSize: 180,
  spiFlashMode: 181,
  reserved2: 182,
} as const;

/** The descriptor at the start of `bytes`, whatever its magic; null when fewer than 256 bytes are there. */
export function decodeAppDescriptor(bytes: Uint8Array): AppDescriptor | null {
  if (bytes.length < APP_DESCRIPTOR_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, APP_DESCRIPTOR_LENGTH);
  return {
    magic: view.getUint32(0, true),
    secureVersion: view.getUint32(AT.secureVersion, true),
    reserved1: new Uint8Array(bytes.subarray(AT.reserved1, AT.version)),
    version: fieldText(bytes, AT.version, 32),
    projectName: fieldText(bytes, AT.projectName, 32),
    time: fieldText(bytes, AT.time, 16),
    date: fieldText(bytes, AT.date, 16),
    idfVersion: fieldText(bytes, AT.idfVersion, 32),
    elfSha256: new Uint8Array(bytes.subarray(AT.elfSha256, AT.minBlock)),
    minEfuseBlockRevision: view.getUint16(AT.minBlock, true),
    maxEfuseBlockRevision: view.getUint16(AT.maxBlock, true),
    mmuPageSize: view.getUint8(AT.mmuPageSize),
    spiFlashMode: view.getUint8(AT.spiFlashMode),
    reserved2: new Uint8Array(bytes.subarray(AT.reserved2, APP_DESCRIPTOR_LENGTH)),
  };
}

/** The 256 bytes of a descriptor; text and byte members that are too long are cut to their field. */
export function encodeAppDescriptor(descriptor: AppDescriptor): Uint8Array {
  const bytes = new Uint8Array(APP_DESCRIPTOR_LENGTH);
  const view = new DataView(bytes.buffer);
  const put = (at: number, length: number, data: Uint8Array) => {
    bytes.set(data.subarray(0, length), at);
  };
  view.setUint32(0, descriptor.magic, true);
  view.setUint32(AT.secureVersion, descriptor.secureVersion, true);
  put(AT.reserved1, 8, descriptor.reserved1);
  putFieldText(bytes, AT.version, 32, descriptor.version);
  putFieldText(bytes, AT.projectName, 32, descriptor.projectName);
  putFieldText(bytes, AT.time, 16, descriptor.time);
  putFieldText(bytes, AT.date, 16, descriptor.date);
  putFieldText(bytes, AT.idfVersion, 32, descriptor.idfVersion);
  put(AT.elfSha256, 32, descriptor.elfSha256);
  view.setUint16(AT.minBlock, descriptor.minEfuseBlockRevision, true);
  view.setUint16(AT.maxBlock, descriptor.maxEfuseBlockRevision, true);
  view.setUint8(AT.mmuPageSize, descriptor.mmuPageSize);
  view.setUint8(AT.spiFlashMode, descriptor.spiFlashMode);
  put(AT.reserved2, APP_DESCRIPTOR_LENGTH - AT.reserved2, descriptor.reserved2);
  return bytes;
}

/** A text member as C code reads it: up to the first NUL. */
export function cString(value: string): string {
  const end = value.indexOf('\0');
  return end === -1 ? value : value.slice(0, end);
}
