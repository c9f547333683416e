//! Serial recovery: an SMP server in the boot loader, for a board that has nothing to boot or whose button is held down at
//! reset. Image list, upload into the primary slot, echo, reset; errors as in version 1 of the protocol
//! (boot/boot_serial/src/boot_serial.c).

const cbor = @import("../smp/cbor_read.zig");
const headers = @import("../mcuboot/header.zig");
const packets = @import("../smp/packet.zig");
const restart = @import("../chip/reset.zig").restart;
const serial = @import("../smp/serial.zig");
const slots = @import("../mcuboot/slot.zig");
const timer = @import("../chip/timer.zig");
const uart = @import("../chip/uart.zig");
const Upload = @import("recovery_upload.zig").Upload;
const validate = @import("validate.zig");
const versions = @import("../version.zig");
const watchdog = @import("../chip/watchdog.zig");
const Writer = @import("../smp/cbor_write.zig").Writer;

const Rc = packets.Rc;
/// Longest echo that is answered whole.
const ANSWER = 256;
const RESET_MS = 250;

var receiver: serial.Receiver = .{};
var upload: Upload = undefined;

pub fn serve() noreturn {
    upload.drop();
    while (true) {
        watchdog.feed();
        const byte = uart.receive() orelse continue;
        if (receiver.push(byte)) |packet| handle(packet);
    }
}

/// What is no request is not answered. A length that promises more than came is accepted, one that promises less is not.
fn handle(packet: []const u8) void {
    const header = packets.Header.read(packet) orelse return;
    if (header.op != packets.Op.read and header.op != packets.Op.write) return;
    const payload = packet[packets.LENGTH..];
    if (header.length < payload.len) return;
    var answer: [ANSWER]u8 = undefined;
    var writer: Writer = .{ .buffer = answer[packets.LENGTH..] };
    writer.openMap();
    const rc = respond(header, payload, &writer);
    if (rc != 0 or writer.overflowed) {
        writer = .{ .buffer = answer[packets.LENGTH..] };
        writer.openMap();
        writer.text("rc");
        writer.unsigned(if (rc != 0) rc else Rc.too_big);
    }
    writer.close();
    header.answer(&answer, @intCast(writer.length));
    serial.send(answer[0 .. packets.LENGTH + writer.length]);
    if (header.group == packets.Group.os and header.command == packets.Os.reset) {
        timer.waitMs(RESET_MS);
        restart();
    }
}

fn respond(header: packets.Header, payload: []const u8, out: *Writer) u8 {
    if (header.group == packets.Group.image) switch (header.command) {
        packets.Image.upload => return upload.take(payload, out),
        packets.Image.state => if (header.op == packets.Op.read) return list(out),
        else => {},
    };
    if (header.group != packets.Group.os) return Rc.not_supported;
    switch (header.command) {
        packets.Os.echo => return echo(payload, out),
        packets.Os.console_echo, packets.Os.reset => {
            out.text("rc");
            out.unsigned(0);
            return 0;
        },
        else => return Rc.not_supported,
    }
}

fn echo(payload: []const u8, out: *Writer) u8 {
    const map = cbor.Map.read(payload) catch return Rc.invalid;
    switch (map.get("d") orelse return Rc.invalid) {
        .text => |said| {
            out.text("r");
            out.text(said);
            return 0;
        },
        else => return Rc.invalid,
    }
}

/// Slots whose image is valid; recovery says no more of them than the version.
fn list(out: *Writer) u8 {
    out.text("images");
    out.openArray();
    for ([_]slots.Slot{ slots.primary, slots.secondary }) |slot| {
        const header = headers.at(slot, 0);
        if (!validate.isValid(slot, header)) continue;
        var room: versions.Room = undefined;
        out.map(2);
        out.text("slot");
        out.unsigned(slot.number);
        out.text("version");
        out.text(versions.of(&room, header.version, '.'));
    }
    out.close();
    return 0;
}
