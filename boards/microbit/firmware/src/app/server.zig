//! The SMP server: takes a packet, answers each request in it. Survives any bytes, unless built with a flaw.

const cbor = @import("../smp/cbor_read.zig");
const config = @import("config");
const flaws = @import("../flaws.zig");
const image_group = @import("image_group.zig");
const os_group = @import("os_group.zig");
const packets = @import("../smp/packet.zig");
const serial = @import("../smp/serial.zig");
const debug_group = @import("debug_group.zig");
const Upload = @import("upload.zig").Upload;
const Writer = @import("../smp/cbor_write.zig").Writer;

const Rc = packets.Rc;

/// What a handler found wrong: an error of its group, or one of the protocol. Null: the answer is written.
pub const Refusal = union(enum) { group: u8, protocol: u8 };
pub const Reply = ?Refusal;

pub const INVALID: Reply = .{ .protocol = Rc.invalid };
pub const UNSUPPORTED: Reply = .{ .protocol = Rc.not_supported };

/// A request as a handler sees it.
pub const Request = struct {
    header: packets.Header,
    payload: []const u8,

    pub fn isRead(self: Request) bool {
        return self.header.op == packets.Op.read;
    }

    pub fn isWrite(self: Request) bool {
        return self.header.op == packets.Op.write;
    }

    /// The members; null where the payload is no map.
    pub fn members(self: Request) ?cbor.Map {
        return cbor.Map.read(self.payload) catch null;
    }
};

pub const Server = struct {
    may_confirm: bool,
    build_id: []const u8,
    upload: Upload,
    /// Set by a flaw, and for good.
    locked: bool,
    /// Set by a flaw: answers are at least so long.
    stale: usize,
    answer: [config.smp_buffer]u8,

    /// Brings the server to its start; variables of the program begin as zero.
    pub fn begin(self: *Server, build_id: []const u8, may_confirm: bool) void {
        self.may_confirm = may_confirm;
        self.build_id = build_id;
        self.upload.drop();
        self.locked = false;
        self.stale = 0;
    }

    /// Serves the requests of one packet; the first error ends it.
    pub fn handle(self: *Server, packet: []u8) void {
        if (flaws.has("smp/buffer-leak")) @memcpy(self.answer[0..packet.len], packet);
        var rest: []u8 = packet;
        while (!self.locked) {
            const header = packets.Header.read(rest) orelse return;
            var writer: Writer = .{ .buffer = self.answer[packets.LENGTH..serial.MAX_PACKET] };
            writer.openMap();
            var reply = self.serve(header, rest[packets.LENGTH..], &writer);
            if (self.locked) return;
            if (writer.overflowed) reply = .{ .protocol = Rc.too_big };
            if (flaws.has("smp/buffer-leak")) self.remember(reply, packet.len);
            if (reply) |refusal| refuse(&writer, header, refusal);
            writer.close();
            self.send(header, writer.length);
            if (reply != null) return;
            rest = rest[packets.LENGTH + header.length ..];
        }
    }

    fn serve(self: *Server, header: packets.Header, rest: []u8, out: *Writer) Reply {
        if (header.version > 1) return .{ .protocol = Rc.too_new };
        if (header.length > rest.len) {
            if (!flaws.has("smp/header-length-trusted")) return .{ .protocol = Rc.corrupt };
            return self.dispatch(.{ .header = header, .payload = gathered(rest.ptr, header.length) }, out);
        }
        return self.dispatch(.{ .header = header, .payload = rest[0..header.length] }, out);
    }

    fn dispatch(self: *Server, request: Request, out: *Writer) Reply {
        switch (request.header.group) {
            packets.Group.os => return os_group.serve(self, request, out),
            packets.Group.image => return image_group.serve(self, request, out),
            else => {},
        }
        if (flaws.has("smp/debug-command") and request.header.group == packets.Group.user) {
            return debug_group.serve(request, out);
        }
        if (flaws.has("smp/unknown-group-locks")) self.locked = true;
        return UNSUPPORTED;
    }

    fn remember(self: *Server, reply: Reply, length: usize) void {
        const refusal = reply orelse return;
        if (refusal == .protocol and refusal.protocol == Rc.invalid) self.stale = @max(self.stale, length);
    }

    fn send(self: *Server, header: packets.Header, payload: usize) void {
        const whole = @max(packets.LENGTH + payload, self.stale);
        header.answer(&self.answer, @intCast(whole - packets.LENGTH));
        serial.send(self.answer[0..whole]);
    }
};

/// An answer that says nothing but what was wrong, as the version of the protocol has it.
fn refuse(writer: *Writer, header: packets.Header, refusal: Refusal) void {
    writer.length = 0;
    writer.overflowed = false;
    writer.openMap();
    switch (refusal) {
        .protocol => |rc| {
            writer.text("rc");
            writer.unsigned(rc);
        },
        .group => |code| if (header.version == 0) {
            writer.text("rc");
            writer.unsigned(if (header.group == packets.Group.image) image_group.oldCode(code) else os_group.oldCode(code));
        } else {
            writer.text("err");
            writer.map(2);
            writer.text("group");
            writer.unsigned(header.group);
            writer.text("rc");
            writer.unsigned(code);
        },
    }
}

/// Flaw: as many bytes as the header claims are copied, over the end of what came and of the place they go to.
fn gathered(from: [*]const u8, length: u16) []const u8 {
    const Room = struct {
        var bytes: [config.smp_buffer]u8 = undefined;
    };
    const to: [*]volatile u8 = &Room.bytes;
    for (0..length) |i| to[i] = from[i];
    return Room.bytes[0..@min(length, Room.bytes.len)];
}
