//! The upload of serial recovery: straight into the primary slot, sector by sector as it comes, with no look at what it
//! is; the next boot looks. A chunk at the wrong place is answered with the right one.

const cbor = @import("../smp/cbor_read.zig");
const flash = @import("../chip/flash.zig");
const packets = @import("../smp/packet.zig");
const slots = @import("../mcuboot/slot.zig");
const watchdog = @import("../chip/watchdog.zig");
const Writer = @import("../smp/cbor_write.zig").Writer;

const INVALID = packets.Rc.invalid;
const slot = slots.primary;

pub const Upload = struct {
    open: bool,
    size: u32,
    /// Bytes written.
    offset: u32,
    /// First byte of the first sector that is not erased yet.
    erased_to: u32,

    pub fn drop(self: *Upload) void {
        self.* = .{ .open = false, .size = 0, .offset = 0, .erased_to = 0 };
    }

    /// Gives the error, or 0 with the answer written.
    pub fn take(self: *Upload, payload: []const u8, out: *Writer) u8 {
        const map = cbor.Map.read(payload) catch return INVALID;
        const data = switch (map.get("data") orelse return INVALID) {
            .bytes => |value| value,
            else => return INVALID,
        };
        const offset = (map.number("off") catch return INVALID) orelse return INVALID;
        const image = map.number("image") catch return INVALID;
        if (offset == 0) {
            self.drop();
            const length = (map.number("len") catch return INVALID) orelse return INVALID;
            if (image orelse 0 != 0 or length > slot.size) return INVALID;
            self.* = .{ .open = true, .size = length, .offset = 0, .erased_to = 0 };
        } else if (!self.open or offset != self.offset) return self.answer(out);
        if (data.len > self.size - self.offset) return INVALID;
        self.write(data);
        return self.answer(out);
    }

    /// Whole words, and a rest of one only where it ends the image.
    fn write(self: *Upload, data: []const u8) void {
        watchdog.feed();
        self.eraseUpTo(self.offset + @as(u32, @intCast(data.len)));
        const is_last = self.offset + data.len >= self.size;
        const taken: u32 = @intCast(if (is_last) data.len else data.len - data.len % flash.word);
        slot.write(self.offset, data[0..taken]);
        self.offset += taken;
        if (self.offset == self.size) slot.eraseTrailer();
    }

    fn eraseUpTo(self: *Upload, end: u32) void {
        if (end <= self.erased_to) return;
        const sectors = slot.sectorsFor(end);
        slot.eraseSectors(self.erased_to / flash.page, sectors);
        self.erased_to = sectors * flash.page;
    }

    fn answer(self: Upload, out: *Writer) u8 {
        out.text("rc");
        out.unsigned(0);
        out.text("off");
        out.unsigned(self.offset);
        return 0;
    }
};
