import type { McubootVersion } from '#codecs/mcuboot-version.ts';

/** The 32 bytes an image starts with, field by field, as found. */
export interface McubootHeader {
  readonly magic: number;
  readonly loadAddress: number;
  /** Bytes from image start to payload. */
  readonly headerSize: number;
  /** Bytes of the protected TLV area with its info header; 0: there is none. */
  readonly protectedSize: number;
  /** Payload only. */
  readonly imageSize: number;
  readonly flags: number;
  readonly version: McubootVersion;
  readonly pad: number;
}

/** Bytes of the header proper; the rest up to `headerSize` is padding. */
export const HEADER_LENGTH = 32;
/** `ih_magic` of a current image. */
export const HEADER_MAGIC = 0x96f3b83d;
/** Header flags that decide whether an image can boot here. */
export const HEADER_FLAG = {
  encryptedAes128: 0x4,
  encryptedAes256: 0x8,
  nonBootable: 0x10,
  ramLoad: 0x20,
  romFixed: 0x100,
  lzma1: 0x200,
  lzma2: 0x400,
  armThumb: 0x800,
} as const;

/** Reads a header; null when fewer than 32 bytes are there. Judges nothing. */
export function decodeHeader(bytes: Uint8Array): McubootHeader | null {
  if (bytes.length < HEADER_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_LENGTH);
  return {
    magic: view.getUint32(0, true),
    loadAddress: view.getUint32(4, true),
    headerSize: view.getUint16(8, true),
    protectedSize: view.getUint16(10, true),
    imageSize: view.getUint32(12, true),
    flags: view.getUint32(16, true),
    version: {
      major: view.getUint8(20),
      minor: view.getUint8(21),
      revision: view.getUint16(22, true),
      build: view.getUint32(24, true),
    },
    pad: view.getUint32(28, true),
  };
}

/** Writes a header as it is told; numbers are cut to their fields, so that lies can be told. */
export function encodeHeader(header: McubootHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.magic, true);
  view.setUint32(4, header.loadAddress, true);
  view.setUint16(8, header.headerSize, true);
  view.setUint16(10, header.protectedSize, true);
  view.setUint32(12, header.imageSize, true);
  view.setUint32(16, header.flags, true);
  view.setUint8(20, header.version.major);
  view.setUint8(21, header.version.minor);
  view.setUint16(22, header.version.revision, true);
  view.setUint32(24, header.version.build, true);
  view.setUint32(28, header.pad, true);
  return bytes;
}
