//! A slot of flash as MCUboot uses it, addressed from its start; and where the fields of its trailer lie.
//! The layout is that of bootutil_misc.h for BOOT_MAX_ALIGN 8 and swap-using-move (docs/design.md, "Image trailer").

const config = @import("config");
const flash = @import("../chip/flash.zig");

const MAX_ALIGN = 8;
const MAGIC_LENGTH = 16;
/// Cells of a sector: one for the move up, two for the exchange.
const STATES = 3;

pub const Slot = struct {
    base: u32,
    size: u32,
    number: u8,

    pub fn sectors(self: Slot) u32 {
        return self.size / flash.page;
    }

    /// First sector that holds a part of the trailer.
    pub fn trailerSector(self: Slot) u32 {
        return at.status(self) / flash.page;
    }

    /// A view of flash; null where it would leave the slot.
    pub fn read(self: Slot, offset: u32, length: u32) ?[]const u8 {
        if (offset > self.size or length > self.size - offset) return null;
        return flash.bytes(self.base + offset, length);
    }

    pub fn byte(self: Slot, offset: u32) u8 {
        return flash.bytes(self.base + offset, 1)[0];
    }

    pub fn write(self: Slot, offset: u32, data: []const u8) void {
        flash.write(self.base + offset, data);
    }

    pub fn eraseSector(self: Slot, index: u32) void {
        flash.erasePage(self.base + index * flash.page);
    }

    /// Erases sectors, the lowest first; `end` is not one of them.
    pub fn eraseSectors(self: Slot, first: u32, end: u32) void {
        var index = first;
        while (index < end) : (index += 1) self.eraseSector(index);
    }

    /// Erases from the slot's end down to a sector, so that what a trailer says goes before what it speaks of.
    pub fn eraseBackwards(self: Slot, first: u32) void {
        var index = self.sectors();
        while (index > first) {
            index -= 1;
            self.eraseSector(index);
        }
    }

    pub fn eraseTrailer(self: Slot) void {
        self.eraseBackwards(self.trailerSector());
    }

    pub fn eraseAll(self: Slot) void {
        self.eraseSectors(0, self.sectors());
    }

    /// Sectors that so many bytes take.
    pub fn sectorsFor(_: Slot, size: u32) u32 {
        return @max(1, size / flash.page + @intFromBool(size % flash.page != 0));
    }
};

pub const primary: Slot = .{ .base = config.slot0, .size = config.slot_size, .number = 0 };
pub const secondary: Slot = .{ .base = config.slot1, .size = config.slot_size, .number = 1 };

/// Offsets of the trailer's fields.
pub const at = struct {
    pub fn magic(slot: Slot) u32 {
        return slot.size - MAGIC_LENGTH;
    }
    pub fn imageOk(slot: Slot) u32 {
        return magic(slot) - MAX_ALIGN;
    }
    pub fn copyDone(slot: Slot) u32 {
        return imageOk(slot) - MAX_ALIGN;
    }
    pub fn swapInfo(slot: Slot) u32 {
        return copyDone(slot) - MAX_ALIGN;
    }
    pub fn swapSize(slot: Slot) u32 {
        return swapInfo(slot) - MAX_ALIGN;
    }
    /// First status cell: the trailer starts here.
    pub fn status(slot: Slot) u32 {
        return swapSize(slot) - config.max_sectors * STATES * flash.word;
    }
};
