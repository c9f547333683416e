//! Base64 (RFC 4648, section 4), strictly: whole groups of four, padding only at the end.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decodes in front of `out`; null where the text is no base64 or does not fit.
pub fn decode(out: []u8, text: []const u8) ?usize {
    if (text.len == 0 or text.len % 4 != 0) return null;
    var length: usize = 0;
    var at: usize = 0;
    while (at < text.len) : (at += 4) {
        const group = text[at..][0..4];
        const padding: usize = if (group[3] != '=') 0 else if (group[2] != '=') 1 else 2;
        if (padding > 0 and at + 4 != text.len) return null;
        var bits: u32 = 0;
        for (group[0 .. 4 - padding]) |character| bits = bits << 6 | (valueOf(character) orelse return null);
        bits <<= @intCast(6 * padding);
        const count = 3 - padding;
        if (length + count > out.len) return null;
        for (0..count) |i| out[length + i] = @truncate(bits >> @intCast(16 - 8 * i));
        length += count;
    }
    return length;
}

/// Encodes up to three bytes.
pub fn encodeGroup(bytes: []const u8) [4]u8 {
    var bits: u32 = 0;
    for (0..3) |i| bits = bits << 8 | (if (i < bytes.len) bytes[i] else 0);
    var group: [4]u8 = @splat('=');
    for (0..bytes.len + 1) |i| group[i] = ALPHABET[(bits >> @intCast(18 - 6 * i)) & 0x3f];
    return group;
}

fn valueOf(character: u8) ?u32 {
    return switch (character) {
        'A'...'Z' => character - 'A',
        'a'...'z' => character - 'a' + 26,
        '0'...'9' => character - '0' + 52,
        '+' => 62,
        '/' => 63,
        else => null,
    };
}
