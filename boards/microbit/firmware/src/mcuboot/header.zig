//! The image header of boot/bootutil/include/bootutil/image.h.

const Slot = @import("slot.zig").Slot;

pub const MAGIC = 0x96f3_b83d;
pub const LENGTH = 32;
const ERASED = 0xffff_ffff;

/// IMAGE_F_*: what this boot loader cannot do with an image, and what says that there is nothing to boot.
pub const FLAG = struct {
    pub const encrypted = 0x4 | 0x8;
    pub const non_bootable = 0x10;
    pub const compressed = 0x200 | 0x400 | 0x800;
};

pub const Version = extern struct {
    major: u8,
    minor: u8,
    revision: u16 align(1),
    build: u32 align(1),

    /// Negative, zero or positive.
    pub fn compare(a: Version, b: Version, with_build: bool) i8 {
        if (a.major != b.major) return order(a.major, b.major);
        if (a.minor != b.minor) return order(a.minor, b.minor);
        if (a.revision != b.revision) return order(a.revision, b.revision);
        return if (with_build) order(a.build, b.build) else 0;
    }

    fn order(a: u32, b: u32) i8 {
        if (a == b) return 0;
        return if (a < b) -1 else 1;
    }
};

pub const Header = extern struct {
    magic: u32,
    load_address: u32,
    header_size: u16,
    protected_size: u16,
    image_size: u32,
    flags: u32,
    version: Version,
    pad: u32,

    /// Whether a slot counts as empty: nothing is there, or what is there must not be booted.
    pub fn isAbsent(self: Header) bool {
        return self.magic == ERASED or self.flags & FLAG.non_bootable != 0;
    }

    /// End of the payload; null where it does not fit 32 bits.
    pub fn payloadEnd(self: Header) ?u32 {
        const sum = @addWithOverflow(@as(u32, self.header_size), self.image_size);
        return if (sum[1] != 0) null else sum[0];
    }

    /// True where the header describes something that can lie in a slot and be run from it.
    pub fn fits(self: Header, slot: Slot) bool {
        if (self.magic != MAGIC) return false;
        if (self.flags & (FLAG.encrypted | FLAG.compressed) != 0) return false;
        const end = self.payloadEnd() orelse return false;
        return end < slot.size and self.protected_size < slot.size - end;
    }
};

comptime {
    if (@sizeOf(Header) != LENGTH) @compileError("the header has 32 bytes");
}

/// The bytes of a header at a sector's start, whatever they hold.
pub fn at(slot: Slot, sector_offset: u32) Header {
    return @as(*align(4) const Header, @ptrFromInt(slot.base + sector_offset)).*;
}
