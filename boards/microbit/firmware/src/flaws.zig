//! Mistakes that this firmware can be built with, one at a time. Most are named as the virtual board's are.

const std = @import("std");
const config = @import("config");

/// Whether this build makes a mistake. Decided by the compiler: a sound build holds nothing of it.
pub inline fn has(comptime id: []const u8) bool {
    comptime {
        @setEvalBranchQuota(10_000);
        if (!known(id)) @compileError("no such flaw: " ++ id);
        return std.mem.eql(u8, config.flaw, id);
    }
}

fn known(comptime id: []const u8) bool {
    for (config.flaws) |flaw| if (std.mem.eql(u8, flaw, id)) return true;
    return false;
}
