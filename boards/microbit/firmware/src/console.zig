//! Lines on the console, in the words of the programs that Assay knows.

const uart = @import("chip/uart.zig");

pub fn line(parts: []const []const u8) void {
    for (parts) |part| uart.print(part);
    uart.print("\r\n");
}

pub fn info(parts: []const []const u8) void {
    uart.print("I: ");
    line(parts);
}

pub fn err(parts: []const []const u8) void {
    uart.print("E: ");
    line(parts);
}
