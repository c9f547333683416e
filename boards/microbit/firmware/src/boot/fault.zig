//! What a fault does, in the boot loader and in the application. A Cortex-M0 takes its vectors from address 0, so that this
//! handler serves both; it needs nothing of the application, which may be damaged, or not there at all.

const console = @import("../console.zig");
const restart = @import("../chip/reset.zig").restart;
const timer = @import("../chip/timer.zig");

extern var __stack_top: u8;

/// Time for the UART to drain.
const RESET_MS = 100;

/// The stack may be what failed, so that the handler gets a new one.
pub fn entry() callconv(.naked) noreturn {
    asm volatile (
        \\ msr msp, %[stack]
        \\ bl onFault
        :
        : [stack] "r" (&__stack_top),
    );
}

export fn onFault() callconv(.c) noreturn {
    console.err(&.{"***** HARD FAULT *****"});
    console.err(&.{">>> ZEPHYR FATAL ERROR 0: CPU exception on CPU 0"});
    console.err(&.{"Halting system"});
    timer.waitMs(RESET_MS);
    restart();
}
