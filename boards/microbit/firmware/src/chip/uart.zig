//! The console: UART0 at 115200 baud, 8N1, polled. nRF51 and nRF52 share the registers (nRF51 Reference Manual v3.0.1
//! chapter 29; nRF52832 Product Specification v1.8 chapter 35; nRF52840 Product Specification v1.7 chapter 6.33).

const config = @import("config");
const gpio = @import("gpio.zig");
const mmio = @import("mmio.zig");

const UART = 0x4000_2000;
const STARTRX = UART + 0x000;
const STARTTX = UART + 0x008;
const RXDRDY = UART + 0x108;
const TXDRDY = UART + 0x11C;
const ENABLE = UART + 0x500;
const PSELTXD = UART + 0x50C;
const PSELRXD = UART + 0x514;
const RXD = UART + 0x518;
const TXD = UART + 0x51C;
const BAUDRATE = UART + 0x524;

const ENABLED = 4;
const BAUD_115200 = 0x01D7_E000;
/// Bytes that the receiver holds.
const FIFO = 6;

pub fn start() void {
    gpio.output(config.pin_tx);
    gpio.input(config.pin_rx);
    mmio.write(PSELTXD, config.pin_tx);
    mmio.write(PSELRXD, config.pin_rx);
    mmio.write(BAUDRATE, BAUD_115200);
    mmio.write(ENABLE, ENABLED);
    mmio.write(RXDRDY, 0);
    mmio.write(TXDRDY, 0);
    mmio.write(STARTTX, 1);
    mmio.write(STARTRX, 1);
    // What came before, while nobody listened: a full receiver whose event was cleared would stay silent for ever.
    for (0..FIFO) |_| _ = mmio.read(RXD);
}

pub fn send(byte: u8) void {
    mmio.write(TXDRDY, 0);
    mmio.write(TXD, byte);
    while (mmio.read(TXDRDY) == 0) {}
}

pub fn print(text: []const u8) void {
    for (text) |byte| send(byte);
}

/// The next byte that has come in, if any. The receiver holds six; more are lost.
pub fn receive() ?u8 {
    if (mmio.read(RXDRDY) == 0) return null;
    mmio.write(RXDRDY, 0);
    return @truncate(mmio.read(RXD));
}
