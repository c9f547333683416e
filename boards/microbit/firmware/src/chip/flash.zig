//! Flash through the NVMC, which nRF51 and nRF52 have in common: nRF51 Reference Manual v3.0.1 chapter 6, nRF52832
//! Product Specification v1.8 chapter 11, nRF52840 Product Specification v1.7 chapter 4.3.
//!
//! The CPU stalls while it fetches from flash that is being written or erased, so nothing here has to run from RAM.

const config = @import("config");
const mmio = @import("mmio.zig");

const NVMC = 0x4001_E000;
const READY = NVMC + 0x400;
const CONFIG = NVMC + 0x504;
/// nRF51 calls it ERASEPCR1; address and use are the same.
const ERASEPAGE = NVMC + 0x508;

const Mode = enum(u32) { read_only = 0, write = 1, erase = 2 };

/// Smallest unit of writing.
pub const word = 4;
/// Unit of erasing.
pub const page: u32 = config.page;

/// Flash reads like memory.
pub fn bytes(address: u32, length: u32) []const u8 {
    return @as([*]const u8, @ptrFromInt(address))[0..length];
}

pub fn wordAt(address: u32) u32 {
    return mmio.read(address);
}

/// Writes whole words; what is shorter than one is filled up with the erased value. Bits can only be cleared.
pub fn write(address: u32, data: []const u8) void {
    enter(.write);
    var at: u32 = 0;
    while (at < data.len) : (at += word) {
        var value: u32 = 0xffff_ffff;
        var i: u5 = 0;
        while (i < word and at + i < data.len) : (i += 1) {
            const shift = 8 * i;
            value = (value & ~(@as(u32, 0xff) << shift)) | (@as(u32, data[at + i]) << shift);
        }
        mmio.write(address + at, value);
        wait();
    }
    enter(.read_only);
}

/// Erases one page: every bit of it becomes 1.
pub fn erasePage(address: u32) void {
    enter(.erase);
    mmio.write(ERASEPAGE, address);
    wait();
    enter(.read_only);
}

fn enter(mode: Mode) void {
    mmio.write(CONFIG, @intFromEnum(mode));
    wait();
}

fn wait() void {
    while (mmio.read(READY) & 1 == 0) {}
}
