const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ 0xedb88320 : register >>> 1;
  return register;
});

/** CRC-32 (ISO-HDLC, as zlib): `previous` continues an earlier CRC. Returns an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let register = ~previous;
  for (const byte of bytes) register = (register >>> 8) ^ (TABLE[(register ^ byte) & 0xff] ?? 0);
  return ~register >>> 0;
}
