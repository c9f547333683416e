//! CRC-16 of SMP over a console: polynomial 0x1021, from 0, most significant bit first (XMODEM).

pub fn of(bytes: []const u8) u16 {
    var crc: u16 = 0;
    for (bytes) |byte| {
        crc ^= @as(u16, byte) << 8;
        for (0..8) |_| crc = if (crc & 0x8000 != 0) crc << 1 ^ 0x1021 else crc << 1;
    }
    return crc;
}
