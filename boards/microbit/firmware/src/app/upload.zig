//! The upload command: one session for all clients, which an answered offset brings back into step.

const std = @import("std");
const cbor = @import("../smp/cbor_read.zig");
const flash = @import("../chip/flash.zig");
const flaws = @import("../flaws.zig");
const headers = @import("../mcuboot/header.zig");
const images = @import("images.zig");
const server = @import("server.zig");
const tlv = @import("../mcuboot/tlv.zig");
const watchdog = @import("../chip/watchdog.zig");
const Writer = @import("../smp/cbor_write.zig").Writer;

const Error = images.Error;
const Reply = server.Reply;

const Chunk = struct {
    data: []const u8 = "",
    sha: []const u8 = "",
    offset: ?u32 = null,
    length: ?u32 = null,
    upgrade_only: bool = false,

    /// Null where a member has the wrong type.
    fn of(map: cbor.Map) ?Chunk {
        var chunk: Chunk = .{};
        chunk.data = bytesOf(map, "data") orelse return null;
        chunk.sha = bytesOf(map, "sha") orelse return null;
        chunk.offset = map.number("off") catch return null;
        chunk.length = map.number("len") catch return null;
        _ = map.number("image") catch return null;
        if (map.get("upgrade")) |value| chunk.upgrade_only = switch (value) {
            .boolean => |only| only,
            else => return null,
        };
        return chunk;
    }
};

fn bytesOf(map: cbor.Map, key: []const u8) ?[]const u8 {
    return switch (map.get(key) orelse return "") {
        .bytes => |value| value,
        else => null,
    };
}

pub const Upload = struct {
    open: bool = false,
    size: u32 = 0,
    offset: u32 = 0,
    sha: [32]u8 = undefined,
    sha_length: usize = 0,
    /// Received but not yet a whole word.
    rest: [flash.word]u8 = undefined,
    rest_length: usize = 0,

    /// Forgets the session.
    pub fn drop(self: *Upload) void {
        self.open = false;
    }

    pub fn take(self: *Upload, request: server.Request, out: *Writer) Reply {
        const map = request.members() orelse return server.INVALID;
        const chunk = Chunk.of(map) orelse return server.INVALID;
        const offset = chunk.offset orelse return .{ .group = Error.invalid_offset };
        if (offset > 0 and flaws.has("smp/upload-offset-unchecked")) return self.writeAnywhere(offset, chunk.data, out);
        return if (offset == 0) self.first(chunk, out) else self.next(offset, chunk.data, out);
    }

    fn first(self: *Upload, chunk: Chunk, out: *Writer) Reply {
        if (chunk.data.len < headers.LENGTH) return .{ .group = Error.invalid_header };
        const length = chunk.length orelse return .{ .group = Error.invalid_length };
        if (tlv.u32Of(chunk.data[0..4]) != headers.MAGIC) return .{ .group = Error.header_magic };
        if (chunk.sha.len > 32) return .{ .group = Error.invalid_hash };
        if (self.open and chunk.sha.len > 0 and std.mem.eql(u8, self.sha[0..self.sha_length], chunk.sha)) {
            return answer(out, self.offset);
        }
        if (refusesSlot(chunk, length)) |code| return .{ .group = code };
        self.* = .{ .size = length, .sha_length = chunk.sha.len };
        @memcpy(self.sha[0..chunk.sha.len], chunk.sha);
        images.eraseFor(length);
        self.open = true;
        return self.append(chunk.data, out);
    }

    fn next(self: *Upload, offset: u32, data: []const u8, out: *Writer) Reply {
        if (!self.open) return .{ .group = Error.invalid_offset };
        if (offset != self.offset) return answer(out, self.offset);
        if (data.len > self.size - self.offset) return .{ .group = Error.data_overrun };
        return self.append(data, out);
    }

    /// Flash is written in whole words; what is left over waits for the next chunk.
    fn append(self: *Upload, data: []const u8, out: *Writer) Reply {
        watchdog.feed();
        var left = data;
        var at = self.offset - @as(u32, @intCast(self.rest_length));
        while (left.len > 0 and self.rest_length > 0) {
            self.keep(left[0]);
            left = left[1..];
            if (self.rest_length < flash.word) continue;
            images.target().write(at, &self.rest);
            at += flash.word;
            self.rest_length = 0;
        }
        const whole = left.len - left.len % flash.word;
        images.target().write(at, left[0..whole]);
        at += @intCast(whole);
        for (left[whole..]) |byte| self.keep(byte);
        self.offset += @intCast(data.len);
        if (self.offset < self.size) return answer(out, self.offset);
        images.target().write(at, self.rest[0..self.rest_length]);
        return self.finish(out);
    }

    fn keep(self: *Upload, byte: u8) void {
        self.rest[self.rest_length] = byte;
        self.rest_length += 1;
    }

    /// What came is not looked at: that is the boot loader's to do (Zephyr without IMG_ENABLE_IMAGE_CHECK).
    fn finish(self: *Upload, out: *Writer) Reply {
        self.open = false;
        return answer(out, self.size);
    }

    /// Flaw: neither a session nor the end of the slot stops this write.
    fn writeAnywhere(self: *Upload, offset: u32, data: []const u8, out: *Writer) Reply {
        flash.write(images.target().base +% (offset & ~@as(u32, flash.word - 1)), data);
        self.offset = offset +% @as(u32, @intCast(data.len));
        if (self.open and self.offset >= self.size) return self.finish(out);
        return answer(out, self.offset);
    }
};

fn refusesSlot(chunk: Chunk, length: u32) ?u8 {
    const other = images.other();
    if (other != null and other.?.confirmed) return Error.no_free_slot;
    if (length > images.maxImageSize()) return Error.too_large;
    if (chunk.data.len > length) return Error.data_overrun;
    if (!chunk.upgrade_only) return null;
    const running = images.running() orelse return null;
    const offered: *align(1) const headers.Version = @ptrCast(chunk.data[20..28]);
    return if (headers.Version.compare(offered.*, running.version, false) <= 0) Error.current_is_newer else null;
}

fn answer(out: *Writer, offset: u32) Reply {
    out.text("off");
    out.unsigned(offset);
    return null;
}
