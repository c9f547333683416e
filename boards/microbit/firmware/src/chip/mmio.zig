//! Registers of the chip: 32-bit words at fixed addresses.

pub inline fn read(address: u32) u32 {
    return @as(*volatile u32, @ptrFromInt(address)).*;
}

pub inline fn write(address: u32, value: u32) void {
    @as(*volatile u32, @ptrFromInt(address)).* = value;
}
