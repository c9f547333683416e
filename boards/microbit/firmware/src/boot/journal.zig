//! Writing the journal: a sealed trailer that says what is under way, then a cell for each step that is done.

const flaws = @import("../flaws.zig");
const slots = @import("../mcuboot/slot.zig");
const trailer = @import("../mcuboot/trailer.zig");
const Status = @import("status.zig").Status;

/// The magic seals a trailer: it is written when everything else is there, but for one mistake.
const SEALED_EARLY = flaws.has("mcuboot/torn-magic-accepted");

/// Sets the journal up in the primary slot, then forgets the request in the secondary.
pub fn begin(status: Status) void {
    const permanent = trailer.stateOf(slots.secondary).image_ok == .set;
    if (flaws.has("mcuboot/trailer-cleared-first")) slots.secondary.eraseTrailer();
    if (!status.open) {
        slots.primary.eraseTrailer();
        open(status, permanent);
    }
    if (!flaws.has("mcuboot/trailer-cleared-first")) slots.secondary.eraseTrailer();
}

fn open(status: Status, permanent: bool) void {
    if (SEALED_EARLY) trailer.writeMagic(slots.primary);
    if (status.swap) |swap| if (swap != .none) trailer.writeSwapInfo(slots.primary, swap);
    if (permanent) trailer.writeImageOk(slots.primary);
    if (flaws.has("mcuboot/copy-done-first")) trailer.writeCopyDone(slots.primary);
    if (!flaws.has("mcuboot/swap-size-not-stored")) trailer.writeSwapSize(slots.primary, status.size);
    if (!SEALED_EARLY) trailer.writeMagic(slots.primary);
}

/// A revert is asked for by the primary trailer alone, which is about to be erased: the request is put into the secondary
/// slot first, as a permanent update to the old image, unless one is there already.
pub fn keepRevert(size: u32) void {
    if (flaws.has("mcuboot/revert-not-resumable")) return;
    if (trailer.stateOf(slots.secondary).magic != .unset) return;
    slots.secondary.eraseTrailer();
    if (SEALED_EARLY) trailer.writeMagic(slots.secondary);
    trailer.writeImageOk(slots.secondary);
    trailer.writeSwapSize(slots.secondary, size);
    if (!SEALED_EARLY) trailer.writeMagic(slots.secondary);
}

/// Says that a step is done.
pub fn note(cell: u32, state: u8) void {
    if (flaws.has("mcuboot/swap-not-journalled")) return;
    trailer.writeCell(slots.primary, cell, state);
}
