//! Group 1: image state, upload, erase, slots.

const cbor = @import("../smp/cbor_read.zig");
const images = @import("images.zig");
const packets = @import("../smp/packet.zig");
const server = @import("server.zig");
const slots = @import("../mcuboot/slot.zig");
const versions = @import("../version.zig");
const Writer = @import("../smp/cbor_write.zig").Writer;

const Error = images.Error;
const Reply = server.Reply;
const Request = server.Request;

pub fn serve(host: *server.Server, request: Request, out: *Writer) Reply {
    switch (request.header.command) {
        packets.Image.state => {
            if (request.isRead()) return listed(out);
            if (request.isWrite()) return writeState(host, request, out);
        },
        packets.Image.upload => if (request.isWrite()) return host.upload.take(request, out),
        packets.Image.erase => if (request.isWrite()) return erase(host, request),
        packets.Image.slots => if (request.isRead()) return sizes(out),
        else => {},
    }
    return server.UNSUPPORTED;
}

/// Errors of this group as version 1 of the protocol says them.
pub fn oldCode(code: u8) u8 {
    return switch (code) {
        9, 27, 28 => packets.Rc.bad_state,
        14, 19...22, 24, 25 => packets.Rc.invalid,
        else => packets.Rc.unknown,
    };
}

fn listed(out: *Writer) Reply {
    out.text("images");
    out.openArray();
    if (images.running()) |entry| put(out, entry);
    if (images.other()) |entry| put(out, entry);
    out.close();
    out.text("splitStatus");
    out.unsigned(0);
    return null;
}

fn put(out: *Writer, entry: images.Entry) void {
    var room: versions.Room = undefined;
    out.map(8);
    out.text("slot");
    out.unsigned(entry.slot);
    out.text("version");
    out.text(versions.of(&room, entry.version, '.'));
    out.text("hash");
    out.bytes(entry.hash);
    inline for (.{ "bootable", "pending", "confirmed", "active", "permanent" }) |name| {
        out.text(name);
        out.boolean(@field(entry, name));
    }
}

fn writeState(host: *server.Server, request: Request, out: *Writer) Reply {
    const map = request.members() orelse return server.INVALID;
    const hash = switch (map.get("hash") orelse cbor.Value{ .bytes = "" }) {
        .bytes => |value| value,
        else => return server.INVALID,
    };
    const permanent = switch (map.get("confirm") orelse cbor.Value{ .boolean = false }) {
        .boolean => |value| value,
        else => return server.INVALID,
    };
    const code = setState(host, hash, permanent);
    return if (code == 0) listed(out) else .{ .group = code };
}

/// Which slot is meant, and what may be asked of it.
fn setState(host: *server.Server, hash: []const u8, permanent: bool) u8 {
    if (hash.len == 0) return if (permanent) confirm(host) else Error.invalid_hash;
    if (hash.len != 32) return Error.invalid_hash;
    if (images.other()) |entry| if (same(entry.hash, hash)) return images.bootNext(permanent);
    if (images.running()) |entry| if (same(entry.hash, hash)) {
        return if (permanent) confirm(host) else Error.test_active_slot;
    };
    return Error.hash_not_found;
}

fn confirm(host: *server.Server) u8 {
    return if (host.may_confirm) images.confirm() else Error.confirmation_denied;
}

fn same(hash: *const [32]u8, wanted: []const u8) bool {
    for (hash, wanted) |a, b| if (a != b) return false;
    return true;
}

fn erase(host: *server.Server, request: Request) Reply {
    var slot: u64 = 1;
    if (request.payload.len > 0) {
        const map = request.members() orelse return server.INVALID;
        slot = switch (map.get("slot") orelse cbor.Value{ .unsigned = 1 }) {
            .unsigned => |value| value,
            else => return server.INVALID,
        };
    }
    if (slot > 1) return .{ .group = Error.invalid_slot };
    const in_use = if (images.other()) |entry| entry.confirmed else false;
    if (slot == 0 or in_use) return .{ .group = Error.no_free_slot };
    host.upload.drop();
    images.eraseFor(slots.secondary.size);
    return null;
}

fn sizes(out: *Writer) Reply {
    out.text("images");
    out.openArray();
    out.map(2);
    out.text("image");
    out.unsigned(0);
    out.text("slots");
    out.openArray();
    for ([_]slots.Slot{ slots.primary, slots.secondary }) |slot| {
        const is_target = slot.number == images.target().number;
        out.map(if (is_target) 3 else 2);
        out.text("slot");
        out.unsigned(slot.number);
        out.text("size");
        out.unsigned(slot.size);
        if (!is_target) continue;
        out.text("upload_image_id");
        out.unsigned(0);
    }
    out.close();
    out.close();
    return null;
}
