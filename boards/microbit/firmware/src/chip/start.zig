//! From reset to a program's own code. Boot loader and application are linked with this each.

comptime {
    _ = @import("memory.zig");
}

extern var __stack_top: u8;
extern var __bss_start: u8;
extern var __bss_end: u8;

const Vector = ?*const anyopaque;

/// Where the stack begins, and what runs at reset.
pub fn vectors(comptime reset: *const fn () callconv(.c) noreturn) [2]Vector {
    return .{ &__stack_top, reset };
}

/// Variables begin as zero; there are no others (sections.ld).
pub fn clearVariables() void {
    const length = @intFromPtr(&__bss_end) - @intFromPtr(&__bss_start);
    @memset(@as([*]u8, @ptrCast(&__bss_start))[0..length], 0);
}

/// Gives the CPU to the program whose vector table lies at an address.
pub fn jump(table: u32) noreturn {
    asm volatile (
        \\ msr msp, %[stack]
        \\ bx %[entry]
        :
        : [stack] "r" (@as(*const u32, @ptrFromInt(table)).*),
          [entry] "r" (@as(*const u32, @ptrFromInt(table + 4)).*),
    );
    unreachable;
}
