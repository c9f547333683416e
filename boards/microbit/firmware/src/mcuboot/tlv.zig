//! The entries behind the payload: image.h and boot/bootutil/src/tlv.c.

const Header = @import("header.zig").Header;
const Slot = @import("slot.zig").Slot;

pub const TYPE = struct {
    pub const key_hash = 0x0001;
    pub const sha256 = 0x0010;
    pub const rsa2048 = 0x0020;
    pub const security_counter = 0x0050;
    pub const class_id = 0x0075;
};

/// Entries that may stand outside the signed area (MCUBOOT_USE_TLV_ALLOW_LIST).
const UNSIGNED = [_]u16{ 0x01, 0x02, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x23, 0x24, 0x30, 0x31, 0x32, 0x33 };

const MAGIC_UNPROTECTED = 0x6907;
const MAGIC_PROTECTED = 0x6908;
/// Bytes of an area's and of an entry's header.
const HEAD = 4;

pub const Entry = struct {
    kind: u16,
    value: []const u8,
    is_protected: bool,

    pub fn mayBeUnsigned(self: Entry) bool {
        for (UNSIGNED) |kind| if (self.kind == kind) return true;
        return false;
    }
};

/// Where an image's areas lie.
pub const Area = struct {
    start: u32,
    protected_end: u32,
    /// End of the image.
    end: u32,
};

/// Finds the areas; null where their headers do not fit the image header.
pub fn areaOf(slot: Slot, header: Header) ?Area {
    const first = header.payloadEnd() orelse return null;
    const info = pairAt(slot, first) orelse return null;
    const protected_size: u16 = if (info[0] == MAGIC_PROTECTED) info[1] else 0;
    if (protected_size != header.protected_size) return null;
    const protected_end = first + protected_size;
    const last = pairAt(slot, protected_end) orelse return null;
    if (last[0] != MAGIC_UNPROTECTED) return null;
    return .{ .start = first + HEAD, .protected_end = protected_end, .end = protected_end + last[1] };
}

/// Bytes from header to end of entries; null where there is no image that can be measured.
pub fn imageSize(slot: Slot, header: Header) ?u32 {
    const area = areaOf(slot, header) orelse return null;
    return if (area.end <= slot.size) area.end else null;
}

/// The entries in order, the protected ones first.
pub const Walk = struct {
    slot: Slot,
    area: Area,
    at: u32,
    has_protected: bool,

    pub fn over(slot: Slot, header: Header, area: Area) Walk {
        return .{ .slot = slot, .area = area, .at = area.start, .has_protected = header.protected_size > 0 };
    }

    /// Null at the end; an error at an entry that does not fit its area.
    pub fn next(self: *Walk) error{Malformed}!?Entry {
        if (self.has_protected and self.at == self.area.protected_end) self.at += HEAD;
        if (self.at >= self.area.end) return null;
        if (self.area.end - self.at < HEAD) return error.Malformed;
        const head = pairAt(self.slot, self.at) orelse return error.Malformed;
        const offset = self.at + HEAD;
        if (head[1] > self.area.end - offset) return error.Malformed;
        const value = self.slot.read(offset, head[1]) orelse return error.Malformed;
        self.at = offset + head[1];
        return .{ .kind = head[0], .value = value, .is_protected = offset < self.area.protected_end };
    }
};

/// Value of the first entry of a type.
pub fn find(slot: Slot, header: Header, kind: u16) ?Entry {
    const area = areaOf(slot, header) orelse return null;
    var walk = Walk.over(slot, header, area);
    while (walk.next() catch null) |entry| if (entry.kind == kind) return entry;
    return null;
}

/// Two little-endian u16 that need not be aligned.
fn pairAt(slot: Slot, offset: u32) ?[2]u16 {
    const b = slot.read(offset, HEAD) orelse return null;
    return .{ @as(u16, b[0]) | @as(u16, b[1]) << 8, @as(u16, b[2]) | @as(u16, b[3]) << 8 };
}

/// A little-endian u32 that need not be aligned.
pub fn u32Of(value: []const u8) u32 {
    return @as(u32, value[0]) | @as(u32, value[1]) << 8 | @as(u32, value[2]) << 16 | @as(u32, value[3]) << 24;
}
