//! The 64 bytes in front of the application's code that say what this test image is and how it behaves
//! (harness/codecs/payload.ts). They are data: one build of the code serves every image.

const slots = @import("../mcuboot/slot.zig");
const headers = @import("../mcuboot/header.zig");

pub const LENGTH = 64;
const MAGIC = "ASSAYFW1";

pub const Behaviour = enum { healthy, never_confirms, crashes, hangs };

pub const Manifest = struct {
    behaviour: Behaviour,
    build_id: []const u8,
    product: []const u8,
};

/// Null where it is damaged: then this code is not what was signed, and must not go on.
pub fn read() ?Manifest {
    const header = headers.at(slots.primary, 0);
    const b = slots.primary.read(header.header_size, LENGTH) orelse return null;
    for (MAGIC, b[0..8]) |x, y| if (x != y) return null;
    if (b[8] < 1 or b[8] > 4) return null;
    var end: usize = 24;
    while (end < 56 and b[end] != 0) end += 1;
    return .{ .behaviour = @enumFromInt(b[8] - 1), .build_id = b[16..24], .product = b[24..end] };
}
