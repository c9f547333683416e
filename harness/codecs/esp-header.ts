/** `esp_image_header_t` (esp_app_format.h), 24 bytes. */
export interface EspHeader {
  readonly magic: number;
  /** As written; a forger may contradict the number of segments. */
  readonly segmentCount: number;
  readonly spiMode: number;
  /** Low nibble: 0 40 MHz, 1 26 MHz, 2 20 MHz, 15 80 MHz. */
  readonly spiSpeed: number;
  /** High nibble: 0 1 MB, 1 2 MB, 2 4 MB ... */
  readonly spiSize: number;
  readonly entry: number;
  /** 0xEE: not set. */
  readonly wpPin: number;
  readonly spiPinDrive: Uint8Array;
  readonly chipId: number;
  /** Ignored by loaders since v5.1. */
  readonly minChipRevisionLegacy: number;
  /** major * 100 + minor. */
  readonly minChipRevision: number;
  /** 0 and 65535 mean no limit. */
  readonly maxChipRevision: number;
  readonly reserved: Uint8Array;
  /** Not 0: a SHA-256 follows the checksum. */
  readonly hashAppended: number;
}

/** Length of the image header. */
export const ESP_HEADER_LENGTH = 24;

/** The header at the start of `bytes`; null when fewer than 24 bytes are there. */
export function decodeEspHeader(bytes: Uint8Array): EspHeader | null {
  if (bytes.length < ESP_HEADER_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, ESP_HEADER_LENGTH);
  return {
    magic: view.getUint8(0),
    segmentCount: view.getUint8(1),
    spiMode: view.getUint8(2),
    spiSpeed: view.getUint8(3) & 0x0f,
    spiSize: view.getUint8(3) >> 4,
    entry: view.getUint32(4, true),
    wpPin: view.getUint8(8),
    spiPinDrive: new Uint8Array(bytes.subarray(9, 12)),
    chipId: view.getUint16(12, true),
    minChipRevisionLegacy: view.getUint8(14),
    minChipRevision: view.getUint16(15, true),
    maxChipRevision: view.getUint16(17, true),
    reserved: new Uint8Array(bytes.subarray(19, 23)),
    hashAppended: view.getUint8(23),
  };
}

/** The 24 bytes of a header. */
export function encodeEspHeader(header: EspHeader): Uint8Array {
  const bytes = new Uint8Array(ESP_HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, header.magic);
  view.setUint8(1, header.segmentCount);
  view.setUint8(2, header.spiMode);
  view.setUint8(3, (header.spiSize << 4) | header.spiSpeed);
  view.setUint32(4, header.entry, true);
  view.setUint8(8, header.wpPin);
  bytes.set(header.spiPinDrive.subarray(0, 3), 9);
  view.setUint16(12, header.chipId, true);
  view.setUint8(14, header.minChipRevisionLegacy);
  view.setUint16(15, header.minChipRevision, true);
  view.setUint16(17, header.maxChipRevision, true);
  bytes.set(header.reserved.subarray(0, 4), 19);
  view.setUint8(23, header.hashAppended);
  return bytes;
}
