import { fieldText, putFieldText } from '#codecs/esp-text.ts';

/** `esp_bootloader_desc_t` (esp_bootloader_desc.h, since v5.2): 80 bytes at the start of segment 0 of a boot loader. */
export interface BootloaderDescriptor {
  /** 0x50 in a sound image. */
  readonly magic: number;
  readonly reserved1: Uint8Array;
  /** Anti-rollback counter of the boot loader itself, on the chips that have one. */
  readonly secureVersion: number;
  readonly version: number;
  /** Text members are the field's bytes as Latin-1 without trailing NULs. */
  readonly idfVersion: string;
  /** Empty in reproducible builds. */
  readonly dateTime: string;
  readonly reserved2: Uint8Array;
}

/** Length of the descriptor. */
export const BOOTLOADER_DESCRIPTOR_LENGTH = 80;
/** `ESP_BOOTLOADER_DESC_MAGIC_BYTE`. */
export const BOOTLOADER_DESCRIPTOR_MAGIC = 0x50;

const AT = {
  reserved1: 1,
  secureVersion: 3,
  version: 4,
  idfVersion: 8,
  dateTime: 40,
  reserved2: 64,
} as const;

/** The descriptor at the start of `bytes`, whatever its magic; null when fewer than 80 bytes are there. */
export function decodeBootloaderDescriptor(bytes: Uint8Array): BootloaderDescriptor | null {
  if (bytes.length < BOOTLOADER_DESCRIPTOR_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, BOOTLOADER_DESCRIPTOR_LENGTH);
  return {
    magic: view.getUint8(0),
    reserved1: new Uint8Array(bytes.subarray(AT.reserved1, AT.secureVersion)),
    secureVersion: view.getUint8(AT.secureVersion),
    version: view.getUint32(AT.version, true),
    idfVersion: fieldText(bytes, AT.idfVersion, 32),
    dateTime: fieldText(bytes, AT.dateTime, 24),
    reserved2: new Uint8Array(bytes.subarray(AT.reserved2, BOOTLOADER_DESCRIPTOR_LENGTH)),
  };
}

/** The 80 bytes of a descriptor; text and byte members that are too long are cut to their field. */
export function encodeBootloaderDescriptor(descriptor: BootloaderDescriptor): Uint8Array {
  const bytes = new Uint8Array(BOOTLOADER_DESCRIPTOR_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, descriptor.magic);
  bytes.set(descriptor.reserved1.subarray(0, 2), AT.reserved1);
  view.setUint8(AT.secureVersion, descriptor.secureVersion);
  view.setUint32(AT.version, descriptor.version, true);
  putFieldText(bytes, AT.idfVersion, 32, descriptor.idfVersion);
  putFieldText(bytes, AT.dateTime, 24, descriptor.dateTime);
  bytes.set(descriptor.reserved2.subarray(0, 16), AT.reserved2);
  return bytes;
}
