//! From reset to `main`, and what a fault does. Boot loader and application are linked with this each.

const handoff = @import("handoff.zig");
const root = @import("root");

comptime {
    _ = @import("memory.zig");
}

extern var __stack_top: u8;
extern var __bss_start: u8;
extern var __bss_end: u8;

const Vector = ?*const anyopaque;

/// The first words of an image: stack, reset, NMI, hard fault. Nothing here uses interrupts.
pub fn vectors(comptime reset: *const fn () callconv(.c) noreturn) [4]Vector {
    return .{ &__stack_top, reset, &faultEntry, &faultEntry };
}

/// The stack may be what failed, so that the handler gets a new one.
fn faultEntry() callconv(.naked) noreturn {
    asm volatile (
        \\ msr msp, %[stack]
        \\ bl onFault
        :
        : [stack] "r" (&__stack_top),
    );
}

export fn onFault() callconv(.c) noreturn {
    root.onFault();
}

/// Variables begin as zero; there are no others (sections.ld).
pub fn clearVariables() void {
    const length = @intFromPtr(&__bss_end) - @intFromPtr(&__bss_start);
    @memset(@as([*]u8, @ptrCast(&__bss_start))[0..length], 0);
}

/// Gives the CPU to the program whose vector table lies at an address.
pub fn jump(table: u32) noreturn {
    handoff.give(table);
    asm volatile (
        \\ msr msp, %[stack]
        \\ bx %[entry]
        :
        : [stack] "r" (@as(*const u32, @ptrFromInt(table)).*),
          [entry] "r" (@as(*const u32, @ptrFromInt(table + 4)).*),
    );
    unreachable;
}
