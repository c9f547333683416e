//! Milliseconds since reset, by TIMER0 at 1 MHz: nRF51 Reference Manual v3.0.1 chapter 18; the nRF52 have the same
//! registers.

const mmio = @import("mmio.zig");

const TIMER = 0x4000_8000;
const START = TIMER + 0x000;
const CLEAR = TIMER + 0x00C;
const CAPTURE0 = TIMER + 0x040;
const BITMODE = TIMER + 0x508;
const PRESCALER = TIMER + 0x510;
const CC0 = TIMER + 0x540;

const BITS_32 = 3;
/// 16 MHz divided by 2^4.
const ONE_MHZ = 4;

pub fn start() void {
    mmio.write(BITMODE, BITS_32);
    mmio.write(PRESCALER, ONE_MHZ);
    mmio.write(CLEAR, 1);
    mmio.write(START, 1);
}

/// Microseconds; wraps after 71 minutes, so that only differences mean something.
pub fn now() u32 {
    mmio.write(CAPTURE0, 1);
    return mmio.read(CC0);
}

pub fn waitMs(ms: u32) void {
    const from = now();
    while (now() -% from < ms * 1000) {}
}
