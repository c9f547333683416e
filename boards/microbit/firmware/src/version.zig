//! Versions as text.

const Version = @import("mcuboot/header.zig").Version;
const text = @import("text.zig");

/// Room for any of them.
pub const Room = [24]u8;

/// `1.2.3`, and the build number behind a separator where it is not zero.
pub fn of(room: *Room, version: Version, separator: u8) []const u8 {
    var length: usize = 0;
    const parts = [_]u32{ version.major, version.minor, version.revision, version.build };
    for (parts, 0..) |part, i| {
        if (i == 3 and part == 0) break;
        if (i > 0) {
            room[length] = if (i == 3) separator else '.';
            length += 1;
        }
        var digits: text.Buffer = undefined;
        const shown = text.decimal(&digits, part);
        @memcpy(room[length..][0..shown.len], shown);
        length += shown.len;
    }
    return room[0..length];
}
