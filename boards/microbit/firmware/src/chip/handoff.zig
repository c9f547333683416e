//! A Cortex-M0 takes its vectors from address 0, where the boot loader lies. Two words at the end of RAM, outside what
//! either program is linked to, tell its fault handler that the application runs by now and where that one's is.

const config = @import("config");

const MAGIC = 0x6173_7379;
const Handoff = extern struct { magic: u32, table: u32 };

const place: *volatile Handoff = @ptrFromInt(config.ram_start + config.ram_size - @sizeOf(Handoff));

pub fn clear() void {
    place.magic = 0;
}

pub fn give(table: u32) void {
    place.* = .{ .magic = MAGIC, .table = table };
}

/// The fault handler of the application, where it runs.
pub fn faultHandler() ?*const fn () callconv(.c) noreturn {
    if (place.magic != MAGIC) return null;
    const HARD_FAULT = 3 * 4;
    return @ptrFromInt(@as(*const u32, @ptrFromInt(place.table + HARD_FAULT)).*);
}
