//! Restarting the chip: ARMv6-M Architecture Reference Manual, B3.2.6, AIRCR; the same in ARMv7-M.

const mmio = @import("mmio.zig");

const AIRCR = 0xE000_ED0C;
const VECTKEY = 0x05FA_0000;
const SYSRESETREQ = 1 << 2;

pub fn restart() noreturn {
    asm volatile ("dsb");
    mmio.write(AIRCR, VECTKEY | SYSRESETREQ);
    while (true) {}
}
