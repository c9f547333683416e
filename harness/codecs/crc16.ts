const POLYNOMIAL = 0x1021;

function entry(byte: number): number {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0)) & 0xffff;
  return crc;
}

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => entry(byte));

/** CRC-16/XMODEM: polynomial 0x1021, start 0, not reflected, no final xor; as SMP over serial uses it. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc;
}
