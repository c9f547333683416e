//! The trailer: what is asked for, what is under way, what is done. Values as in bootutil_public.h and bootutil_misc.c.

const flash = @import("../chip/flash.zig");
const flaws = @import("../flaws.zig");
const slots = @import("slot.zig");

const Slot = slots.Slot;
const at = slots.at;

pub const Flag = enum { unset, set, bad };
pub const Magic = enum { unset, good, bad };
/// Numbers as they stand in `swap_info`.
pub const Swap = enum(u8) { none = 1, test_ = 2, perm = 3, revert = 4, fail = 5 };

pub const State = struct {
    magic: Magic,
    swap: Swap,
    copy_done: Flag,
    image_ok: Flag,
};

const MAGIC = [16]u8{ 0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80 };
const ERASED = 0xff;
const SET = 1;

pub fn stateOf(slot: Slot) State {
    return .{
        .magic = magicOf(slot),
        .swap = swapOf(slot) orelse .none,
        .copy_done = flagAt(slot, at.copyDone(slot)),
        .image_ok = flagAt(slot, at.imageOk(slot)),
    };
}

/// What the trailers ask for; rows in the order of the table in bootutil_public.c.
pub fn requestedSwap() Swap {
    const first = stateOf(slots.primary);
    const second = stateOf(slots.secondary);
    if (second.magic == .good and second.image_ok == .unset) return .test_;
    if (second.magic == .good and second.image_ok == .set) return .perm;
    if (first.magic == .good and first.image_ok == .unset and first.copy_done == .set) return .revert;
    return .none;
}

pub fn writeMagic(slot: Slot) void {
    slot.write(at.magic(slot), &MAGIC);
}

pub fn writeImageOk(slot: Slot) void {
    slot.write(at.imageOk(slot), &.{SET});
}

/// Sets image_ok unless something is there already.
pub fn setImageOk(slot: Slot) void {
    if (slot.byte(at.imageOk(slot)) == ERASED) writeImageOk(slot);
}

pub fn writeCopyDone(slot: Slot) void {
    slot.write(at.copyDone(slot), &.{SET});
}

pub fn writeSwapInfo(slot: Slot, swap: Swap) void {
    slot.write(at.swapInfo(slot), &.{@intFromEnum(swap)});
}

pub fn writeSwapSize(slot: Slot, size: u32) void {
    slot.write(at.swapSize(slot), @as(*const [4]u8, @ptrCast(&size)));
}

pub fn readSwapSize(slot: Slot) u32 {
    return flash.wordAt(slot.base + at.swapSize(slot));
}

/// The swap that a journal names; `none` where it names nothing, null where it is nonsense.
pub fn swapOf(slot: Slot) ?Swap {
    const value = slot.byte(at.swapInfo(slot));
    if (value == ERASED) return .none;
    return switch (value & 0xf) {
        1...5 => |number| @enumFromInt(number),
        else => null,
    };
}

/// Number of the last status cell that is written, from 1; 0: none.
pub fn lastCell(slot: Slot, count: u32) u32 {
    var written = count;
    while (written > 0 and slot.byte(at.status(slot) + (written - 1) * flash.word) == ERASED) written -= 1;
    return written;
}

/// Writes a status cell, counted from 0.
pub fn writeCell(slot: Slot, cell: u32, state: u8) void {
    slot.write(at.status(slot) + cell * flash.word, &.{state});
}

fn flagAt(slot: Slot, offset: u32) Flag {
    return switch (slot.byte(offset)) {
        ERASED => .unset,
        SET => .set,
        else => .bad,
    };
}

fn magicOf(slot: Slot) Magic {
    const found = flash.bytes(slot.base + at.magic(slot), MAGIC.len);
    // Torn: half of the seal is enough.
    const needed = if (flaws.has("mcuboot/torn-magic-accepted")) 4 else MAGIC.len;
    if (equal(found[0..needed], MAGIC[0..needed])) return .good;
    for (found) |byte| if (byte != ERASED) return .bad;
    return .unset;
}

fn equal(a: []const u8, b: []const u8) bool {
    for (a, b) |x, y| if (x != y) return false;
    return true;
}
