//! What a boot will do: the request of the trailers, where the other slot holds an image that may be installed.

const console = @import("../console.zig");
const flaws = @import("../flaws.zig");
const headers = @import("../mcuboot/header.zig");
const slots = @import("../mcuboot/slot.zig");
const state = @import("status.zig");
const trailer = @import("../mcuboot/trailer.zig");
const validate = @import("validate.zig");

const ERASED = 0xffff_ffff;

/// The swap to carry out; null where the journal names none that there is.
pub fn nextSwap(status: state.Status, found: state.Headers) ?trailer.Swap {
    if (status.swap != trailer.Swap.none) return if (secondaryHolds(status, found)) status.swap else .fail;
    const requested = trailer.requestedSwap();
    console.info(&.{ "Image index: 0, Swap type: ", nameOf(requested) });
    return if (requested == .none or secondaryHolds(status, found)) requested else .none;
}

/// What is not valid is erased, so that it is not tried again.
fn secondaryHolds(status: state.Status, found: state.Headers) bool {
    if (found.secondary.isAbsent()) {
        slots.secondary.eraseTrailer();
        if (status.swap == trailer.Swap.revert or trailer.requestedSwap() == .revert) slots.primary.eraseTrailer();
        return false;
    }
    if (flaws.has("mcuboot/validated-after-swap")) return true;
    if (validate.isValid(slots.secondary, found.secondary)) return true;
    console.err(&.{"Image in the secondary slot is not valid!"});
    slots.secondary.eraseAll();
    return false;
}

/// Downgrade prevention: an older image in the secondary slot is erased. Equal ones pass.
pub fn isDowngrade(status: state.Status, found: state.Headers) bool {
    if (!isOlder(found.secondary.version, found.primary.version) or isOwnRequest(status)) return false;
    console.info(&.{"Image 0 in slot 1 erased due to downgrade prevention"});
    slots.secondary.eraseAll();
    return true;
}

fn isOlder(offered: headers.Version, running: headers.Version) bool {
    if (flaws.has("mcuboot/no-version-check")) return false;
    if (flaws.has("mcuboot/version-major-only")) return offered.major < running.major;
    return headers.Version.compare(offered, running, !flaws.has("mcuboot/build-number-ignored")) < 0;
}

/// A revert that was interrupted at its start looks like a permanent update to an older image. It is known by the swap
/// size in the request, which no application writes; and once the journal is open nothing is decided a second time.
fn isOwnRequest(status: state.Status) bool {
    if (flaws.has("mcuboot/revert-taken-for-downgrade")) return false;
    if (status.open) return true;
    const first = trailer.stateOf(slots.primary);
    const is_final = first.image_ok == .set and first.copy_done == .set;
    return !is_final and trailer.readSwapSize(slots.secondary) != ERASED;
}

fn nameOf(swap: trailer.Swap) []const u8 {
    return switch (swap) {
        .none => "none",
        .test_ => "test",
        .perm => "perm",
        .revert => "revert",
        .fail => "fail",
    };
}
