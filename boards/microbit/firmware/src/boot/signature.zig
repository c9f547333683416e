//! An ECDSA signature entry: DER as bootutil reads it for TinyCrypt, Zephyr's default. Of a long integer the last 32
//! bytes count, and what follows the second integer is not looked at.

extern fn assay_p256_verify(point: *const [65]u8, digest: *const [32]u8, r: *const [32]u8, s: *const [32]u8) bool;

const config = @import("config");

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const HALF = 32;
/// Lengths of two bytes and more are written behind a byte that counts them.
const LONG_FORM = 0x80;
const MAX_LENGTH_BYTES = 4;

/// Whether the entry is the trusted key's signature of a digest.
pub fn holds(entry: []const u8, digest: *const [32]u8) bool {
    const sequence = valueAt(entry, 0, SEQUENCE) orelse return false;
    const r = valueAt(entry, sequence.start, INTEGER) orelse return false;
    const s = valueAt(entry, r.end, INTEGER) orelse return false;
    return assay_p256_verify(&config.public_point, digest, &lastBytes(entry, r), &lastBytes(entry, s));
}

const Span = struct { start: usize, end: usize };

fn valueAt(bytes: []const u8, at: usize, tag: u8) ?Span {
    if (at + 2 > bytes.len or bytes[at] != tag) return null;
    const first = bytes[at + 1];
    if (first < LONG_FORM) return span(bytes, at + 2, first);
    const count = first - LONG_FORM;
    if (count == 0 or count > MAX_LENGTH_BYTES or at + 2 + count > bytes.len) return null;
    var length: u32 = 0;
    for (bytes[at + 2 ..][0..count]) |byte| length = length << 8 | byte;
    return span(bytes, at + 2 + count, length);
}

fn span(bytes: []const u8, start: usize, length: usize) ?Span {
    return if (length > bytes.len - start) null else .{ .start = start, .end = start + length };
}

fn lastBytes(bytes: []const u8, where: Span) [HALF]u8 {
    const length = @min(HALF, where.end - where.start);
    var half: [HALF]u8 = @splat(0);
    @memcpy(half[HALF - length ..], bytes[where.end - length .. where.end]);
    return half;
}
