//! Numbers as text, without the formatting of the standard library, which is large.

/// Room for any 32-bit number.
pub const Buffer = [10]u8;

pub fn decimal(buffer: *Buffer, value: u32) []const u8 {
    var rest = value;
    var at = buffer.len;
    while (true) {
        at -= 1;
        buffer[at] = '0' + @as(u8, @intCast(rest % 10));
        rest /= 10;
        if (rest == 0) return buffer[at..];
    }
}

/// Two lower-case digits for each byte.
pub fn hex(out: []u8, bytes: []const u8) []const u8 {
    const digits = "0123456789abcdef";
    for (bytes, 0..) |byte, i| {
        out[2 * i] = digits[byte >> 4];
        out[2 * i + 1] = digits[byte & 0xf];
    }
    return out[0 .. 2 * bytes.len];
}
