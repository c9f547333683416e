//! Pins of port 0: nRF51 Reference Manual v3.0.1 chapter 14; the nRF52 have the same registers.

const mmio = @import("mmio.zig");

const GPIO = 0x5000_0000;
const OUTSET = GPIO + 0x508;
const IN = GPIO + 0x510;
const DIRSET = GPIO + 0x518;
const PIN_CNF = GPIO + 0x700;

const CONNECT_INPUT = 0;
const PULL_UP = 3 << 2;

/// High, as an idle UART is.
pub fn output(comptime pin: u5) void {
    mmio.write(OUTSET, 1 << pin);
    mmio.write(DIRSET, 1 << pin);
}

pub fn input(comptime pin: u5) void {
    mmio.write(PIN_CNF + 4 * @as(u32, pin), CONNECT_INPUT);
}

/// Whether a button between the pin and ground is held down.
pub fn pressed(comptime pin: u5) bool {
    mmio.write(PIN_CNF + 4 * @as(u32, pin), CONNECT_INPUT | PULL_UP);
    var settle: u32 = 0;
    while (settle < 16) : (settle += 1) _ = mmio.read(IN);
    return mmio.read(IN) & (1 << pin) == 0;
}
