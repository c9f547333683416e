//! The slots as the application works on them: what is in them, what is asked of the boot loader. Rules as in Zephyr's
//! img_mgmt_state.c and MCUboot's bootutil_public.c.

const flash = @import("../chip/flash.zig");
const flaws = @import("../flaws.zig");
const headers = @import("../mcuboot/header.zig");
const slots = @import("../mcuboot/slot.zig");
const tlv = @import("../mcuboot/tlv.zig");
const trailer = @import("../mcuboot/trailer.zig");

const Slot = slots.Slot;

/// IMG_MGMT_ERR_*.
pub const Error = struct {
    pub const hash_not_found = 8;
    pub const no_free_slot = 9;
    pub const invalid_slot = 14;
    pub const invalid_offset = 20;
    pub const invalid_length = 21;
    pub const invalid_header = 22;
    pub const header_magic = 23;
    pub const invalid_hash = 24;
    pub const current_is_newer = 27;
    pub const already_pending = 28;
    pub const too_large = 30;
    pub const data_overrun = 31;
    pub const confirmation_denied = 32;
    pub const test_active_slot = 33;
};

/// A slot as the image list shows it.
pub const Entry = struct {
    slot: u8,
    version: headers.Version,
    hash: *const [32]u8,
    bootable: bool,
    pending: bool = false,
    confirmed: bool = false,
    active: bool = false,
    permanent: bool = false,
};

/// The image that runs; null where it cannot be read.
pub fn running() ?Entry {
    var entry = entryOf(slots.primary) orelse return null;
    entry.active = true;
    entry.confirmed = trailer.requestedSwap() != .revert;
    return entry;
}

/// The image in the other slot.
pub fn other() ?Entry {
    var entry = entryOf(slots.secondary) orelse return null;
    const next = trailer.requestedSwap();
    entry.confirmed = next == .revert;
    entry.pending = next == .test_ or next == .perm;
    entry.permanent = next == .perm;
    return entry;
}

fn entryOf(slot: Slot) ?Entry {
    const header = headers.at(slot, 0);
    if (header.magic != headers.MAGIC) return null;
    const hash = (tlv.find(slot, header, tlv.TYPE.sha256) orelse return null).value;
    if (hash.len != 32) return null;
    const bootable = header.flags & headers.FLAG.non_bootable == 0;
    return .{ .slot = slot.number, .version = header.version, .hash = hash[0..32], .bootable = bootable };
}

/// Largest image that the boot loader has room to swap.
pub fn maxImageSize() u32 {
    return (slots.primary.trailerSector() - 1) * flash.page;
}

/// The slot that uploads go to.
pub fn target() Slot {
    return if (flaws.has("mcuboot/upload-to-running-slot")) slots.primary else slots.secondary;
}

/// Erases what an upload of so many bytes needs, and the trailer.
pub fn eraseFor(length: u32) void {
    const slot = target();
    const pages = @min(slot.sectorsFor(length), slot.sectors());
    slot.eraseSectors(0, pages);
    slot.eraseBackwards(@max(pages, slot.trailerSector()));
}

/// Asks for the image in the other slot to be booted next.
pub fn bootNext(permanent: bool) u8 {
    switch (trailer.requestedSwap()) {
        .test_ => return if (permanent) Error.already_pending else 0,
        .perm, .revert => return if (permanent) 0 else Error.already_pending,
        else => {},
    }
    switch (trailer.stateOf(slots.secondary).magic) {
        .bad => return Error.header_magic,
        .good => return 0,
        .unset => {},
    }
    trailer.writeMagic(slots.secondary);
    if (permanent) trailer.writeImageOk(slots.secondary);
    trailer.writeSwapInfo(slots.secondary, if (permanent) .perm else .test_);
    return 0;
}

/// Makes the running image permanent.
pub fn confirm() u8 {
    switch (trailer.requestedSwap()) {
        .revert => {},
        .none => return 0,
        else => return Error.already_pending,
    }
    if (!flaws.has("mcuboot/confirm-not-stored")) trailer.writeImageOk(slots.primary);
    return 0;
}
