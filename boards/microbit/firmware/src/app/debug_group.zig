//! Flaw `smp/debug-command`: a group that was to help in development and was left in. It tries the fault handler, and
//! reads and writes memory, for anybody.

const cbor = @import("../smp/cbor_read.zig");
const server = @import("server.zig");
const Writer = @import("../smp/cbor_write.zig").Writer;

const FAULT = 0;
const PEEK = 1;
const POKE = 2;

pub fn serve(request: server.Request, out: *Writer) server.Reply {
    const map = request.members() orelse return server.INVALID;
    const address: *volatile u32 = @ptrFromInt(number(map, "addr") & ~@as(u32, 3));
    switch (request.header.command) {
        FAULT => asm volatile ("udf #0"),
        PEEK => {
            out.text("value");
            out.unsigned(address.*);
        },
        POKE => address.* = number(map, "value"),
        else => return server.UNSUPPORTED,
    }
    return null;
}

fn number(map: cbor.Map, key: []const u8) u32 {
    return switch (map.get(key) orelse return 0) {
        .unsigned => |value| @truncate(value),
        else => 0,
    };
}
