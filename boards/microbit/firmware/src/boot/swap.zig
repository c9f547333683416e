//! Swap using move, as boot/bootutil/src/swap_move.c does it: the primary image moves up by one sector, then the sectors
//! change places one by one. Each step is noted when it is done, so that a power cut repeats at most one.

const config = @import("config");
const console = @import("../console.zig");
const counter = @import("counter.zig");
const flash = @import("../chip/flash.zig");
const flaws = @import("../flaws.zig");
const headers = @import("../mcuboot/header.zig");
const journal = @import("journal.zig");
const slots = @import("../mcuboot/slot.zig");
const state = @import("status.zig");
const tlv = @import("../mcuboot/tlv.zig");
const trailer = @import("../mcuboot/trailer.zig");
const watchdog = @import("../chip/watchdog.zig");

const Slot = slots.Slot;

/// Completes an interrupted swap. The security counter follows later in this boot, by the rule for final images.
pub fn resume_(status: *state.Status) void {
    status.size = trailer.readSwapSize(slots.primary);
    run(status.*);
    _ = settle(status.swap orelse .none, null);
}

/// Carries a new swap out; false where it ended in a state that must not be booted.
pub fn perform(status: *state.Status, found: state.Headers, swap: trailer.Swap) bool {
    status.swap = swap;
    status.size = @max(sizeOf(slots.primary, found.primary), sizeOf(slots.secondary, found.secondary));
    run(status.*);
    return settle(swap, found.secondary);
}

fn sizeOf(slot: Slot, header: headers.Header) u32 {
    if (header.magic != headers.MAGIC) return 0;
    return tlv.imageSize(slot, header) orelse 0;
}

fn run(status: state.Status) void {
    console.info(&.{"Starting swap using move algorithm."});
    const last = slots.primary.sectorsFor(status.size);
    if (last >= slots.primary.trailerSector() and !flaws.has("mcuboot/size-not-checked")) {
        console.line(&.{"W: Not enough free space to run swap upgrade"});
        return;
    }
    if (last >= slots.primary.sectors()) return;
    if (status.isFresh() and status.swap == .revert) journal.keepRevert(status.size);
    const progress = status.progress();
    var next = progress;
    if (progress.moving) {
        moveAll(status, last, progress.idx);
        next = .{ .moving = false, .idx = 1, .state = 1 };
    }
    while (next.idx <= last) : (next = .{ .moving = false, .idx = next.idx + 1, .state = 1 }) exchange(next);
}

fn moveAll(status: state.Status, last: u32, first: u32) void {
    var idx = first;
    while (idx <= last) : (idx += 1) {
        if (idx == 1) journal.begin(status);
        const sector = last - idx + 1;
        step(idx - 1, 1, slots.primary, sector - 1, slots.primary, sector);
    }
}

fn exchange(progress: state.Progress) void {
    const sector = progress.idx - 1;
    const cell = config.max_sectors + sector * state.SWAP_CELLS;
    if (progress.state == 1) {
        if (flaws.has("mcuboot/one-mark-for-two-copies")) {
            copy(slots.secondary, sector, slots.primary, sector);
        } else step(cell, 1, slots.secondary, sector, slots.primary, sector);
    }
    step(cell + 1, 2, slots.primary, sector + 1, slots.secondary, sector);
}

/// Work first, then the cell that says it is done.
fn step(cell: u32, reached: u8, from: Slot, source: u32, to: Slot, target: u32) void {
    const early = flaws.has("mcuboot/status-before-copy");
    if (early) journal.note(cell, reached);
    copy(from, source, to, target);
    if (!early) journal.note(cell, reached);
}

fn copy(from: Slot, source: u32, to: Slot, target: u32) void {
    watchdog.feed();
    to.eraseSector(target);
    const bytes = from.read(source * flash.page, flash.page) orelse return;
    to.write(target * flash.page, bytes);
}

/// What a finished swap leaves in the trailer; a permanent one takes its security counter along. False where it cannot.
fn settle(swap: trailer.Swap, arrived: ?headers.Header) bool {
    const is_final = swap == .revert or swap == .perm or flaws.has("mcuboot/test-is-permanent");
    if (is_final) trailer.setImageOk(slots.primary);
    const header = if (swap == .perm) arrived else null;
    const taken = if (header) |each| counter.advance(slots.primary, each) else true;
    switch (swap) {
        .test_, .perm, .revert => trailer.writeCopyDone(slots.primary),
        else => {},
    }
    return taken;
}
