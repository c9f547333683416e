//! ECDSA over P-256 from Zig's standard library, compiled once for each processor and linked into every boot loader.

const std = @import("std");
const Ecdsa = std.crypto.sign.ecdsa.EcdsaP256Sha256;

pub const panic = std.debug.no_panic;

/// Whether r and s sign a digest; `point` is the public key, uncompressed (SEC 1, 2.3.3).
export fn assay_p256_verify(point: *const [65]u8, digest: *const [32]u8, r: *const [32]u8, s: *const [32]u8) bool {
    const key = Ecdsa.PublicKey.fromSec1(point) catch return false;
    const signature: Ecdsa.Signature = .{ .r = r.*, .s = s.* };
    signature.verifyPrehashed(digest.*, key) catch return false;
    return true;
}
