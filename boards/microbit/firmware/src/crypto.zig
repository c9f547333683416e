//! RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 8017, 8.1.2), from the modular arithmetic and the hash of Zig's
//! standard library. The PSS of its certificates makes room for 4096 bits, and for that this chip has not enough RAM.
//! Compiled once for each processor and linked into every boot loader.

const std = @import("std");
const key = @import("key");
const Modulus = std.crypto.ff.Modulus(8 * LENGTH);
const Sha256 = std.crypto.hash.sha2.Sha256;

pub const panic = std.debug.no_panic;

/// Bytes of modulus, signature and encoded message.
const LENGTH = 256;
const HASH = Sha256.digest_length;
const SALT = HASH;
/// The data block, in front of the hash and the last byte.
const BLOCK = LENGTH - HASH - 1;
const TRAILER = 0xbc;
/// The encoded message has one bit less than the modulus.
const UNUSED_BITS = 0x80;

/// With all that Montgomery's method wants to know of it, worked out by the compiler.
const modulus = blk: {
    @setEvalBranchQuota(10_000_000);
    break :blk Modulus.fromBytes(&key.modulus, .big) catch unreachable;
};

/// Whether a signature is the trusted key's over a digest.
export fn assay_rsa_verify(digest: *const [HASH]u8, signature: *const [LENGTH]u8) bool {
    var encoded: [LENGTH]u8 = undefined;
    const message = cubed(signature) catch return false;
    message.toBytes(&encoded, .big) catch return false;
    return fits(&encoded, digest);
}

/// RSAVP1 (5.2.2) for the public exponent 3; an error for a number that is not below the modulus. One factor in each
/// product is in Montgomery's form, so that the product is not.
fn cubed(signature: *const [LENGTH]u8) !Modulus.Fe {
    const number = try Modulus.Fe.fromBytes(modulus, signature, .big);
    var factor = number;
    try modulus.toMontgomery(&factor);
    return modulus.mul(factor, modulus.mul(factor, number));
}

/// EMSA-PSS-VERIFY (9.1.2), from step 4 on.
fn fits(encoded: *const [LENGTH]u8, digest: *const [HASH]u8) bool {
    if (encoded[LENGTH - 1] != TRAILER or encoded[0] & UNUSED_BITS != 0) return false;
    const claimed = encoded[BLOCK..][0..HASH];
    var block = mask(claimed);
    for (&block, encoded[0..BLOCK]) |*byte, masked| byte.* ^= masked;
    block[0] &= ~@as(u8, UNUSED_BITS);
    const salt = BLOCK - SALT;
    for (block[0 .. salt - 1]) |byte| if (byte != 0) return false;
    if (block[salt - 1] != 1) return false;
    return std.mem.eql(u8, claimed, &hashOf(&.{ &@as([8]u8, @splat(0)), digest, block[salt..] }));
}

/// MGF1 (B.2.1).
fn mask(seed: *const [HASH]u8) [BLOCK]u8 {
    var all: [BLOCK]u8 = undefined;
    var at: usize = 0;
    while (at < BLOCK) : (at += HASH) {
        const part = hashOf(&.{ seed, &.{ 0, 0, 0, @intCast(at / HASH) } });
        const length = @min(HASH, BLOCK - at);
        @memcpy(all[at..][0..length], part[0..length]);
    }
    return all;
}

fn hashOf(parts: []const []const u8) [HASH]u8 {
    var hash = Sha256.init(.{});
    for (parts) |part| hash.update(part);
    return hash.finalResult();
}
