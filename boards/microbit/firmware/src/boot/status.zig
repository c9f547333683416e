//! How far a swap has come, as its journal in the primary slot tells.

const config = @import("config");
const headers = @import("../mcuboot/header.zig");
const slots = @import("../mcuboot/slot.zig");
const trailer = @import("../mcuboot/trailer.zig");

/// Cells of one sector: one while moving up, two while exchanging.
pub const MOVE_CELLS = 1;
pub const SWAP_CELLS = 2;

pub const Status = struct {
    /// Whether a journal was found.
    open: bool = false,
    /// Status cells that count as written; 0: no sector has been touched yet.
    cells: u32 = 0,
    /// Null: the journal holds a number that no swap has.
    swap: ?trailer.Swap = .none,
    size: u32 = 0,

    pub fn isFresh(self: Status) bool {
        return self.cells == 0;
    }

    pub fn progress(self: Status) Progress {
        const moving = self.cells < config.max_sectors;
        const each: u32 = if (moving) MOVE_CELLS else SWAP_CELLS;
        const done = if (moving) self.cells else self.cells - config.max_sectors;
        return .{ .moving = moving, .idx = done / each + 1, .state = @intCast(done % each + 1) };
    }
};

/// Sector in hand and step within it, both from 1.
pub const Progress = struct { moving: bool, idx: u32, state: u8 };

/// Finds an interrupted swap, and the last status cell it wrote.
pub fn find() Status {
    const first = trailer.stateOf(slots.primary);
    const second = trailer.stateOf(slots.secondary);
    if (first.magic != .good or first.copy_done != .unset or second.magic == .good) return .{};
    return .{
        .open = true,
        .cells = trailer.lastCell(slots.primary, config.max_sectors * (MOVE_CELLS + SWAP_CELLS)),
        .swap = trailer.swapOf(slots.primary),
    };
}

/// Both image headers.
pub const Headers = struct { primary: headers.Header, secondary: headers.Header };

/// The headers where the images are now.
pub fn headersOf(status: Status) Headers {
    if (status.isFresh()) return .{ .primary = headers.at(slots.primary, 0), .secondary = headers.at(slots.secondary, 0) };
    const last = slots.primary.sectorsFor(trailer.readSwapSize(slots.primary));
    return .{ .primary = oldHeader(status.progress(), last), .secondary = newHeader(status.progress(), last) };
}

/// The header of the image that was in the primary slot when the swap began.
fn oldHeader(progress: Progress, last: u32) headers.Header {
    const up = config.page;
    if (progress.moving) return headers.at(slots.primary, if (progress.idx > last) up else 0);
    if (progress.idx > 1 and progress.idx <= last) return headers.at(slots.secondary, 0);
    return headers.at(slots.primary, if (progress.idx == 1) up else 0);
}

/// The header of the other one.
fn newHeader(progress: Progress, last: u32) headers.Header {
    const arrived = (progress.idx > 1 and progress.idx <= last) or (progress.idx == 1 and progress.state == 2);
    return headers.at(if (!progress.moving and arrived) slots.primary else slots.secondary, 0);
}
