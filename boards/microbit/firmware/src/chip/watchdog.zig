//! The watchdog: nRF51 Reference Manual v3.0.1 chapter 20; the nRF52 have the same registers. Once started it cannot be
//! stopped, and it outlives the jump into the application. QEMU's micro:bit does not model it.

const config = @import("config");
const mmio = @import("mmio.zig");

const WDT = 0x4001_0000;
const START = WDT + 0x000;
const RUNSTATUS = WDT + 0x400;
const CRV = WDT + 0x504;
const RREN = WDT + 0x508;
const CONFIG = WDT + 0x50C;
const RR0 = WDT + 0x600;

const TICKS_PER_SECOND = 32_768;
const RELOAD = 0x6E52_4635;
/// Counts while the CPU sleeps, rests while a debugger holds it.
const RUN_IN_SLEEP = 1;

pub fn start() void {
    mmio.write(CONFIG, RUN_IN_SLEEP);
    mmio.write(CRV, config.watchdog_ms * TICKS_PER_SECOND / 1000 - 1);
    mmio.write(RREN, 1);
    mmio.write(START, 1);
}

pub fn feed() void {
    mmio.write(RR0, RELOAD);
}
