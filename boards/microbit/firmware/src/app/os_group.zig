//! Group 0: echo, reset, parameters, information.

const cbor = @import("../smp/cbor_read.zig");
const config = @import("config");
const flaws = @import("../flaws.zig");
const packets = @import("../smp/packet.zig");
const restart = @import("../chip/reset.zig").restart;
const serial = @import("../smp/serial.zig");
const server = @import("server.zig");
const text = @import("../text.zig");
const timer = @import("../chip/timer.zig");
const Writer = @import("../smp/cbor_write.zig").Writer;

const Reply = server.Reply;
const Request = server.Request;

/// OS_MGMT_ERR_*.
const INVALID_FORMAT = 2;
const NO_ANSWER = 3;
/// Swap using move, as the boot loader information numbers the modes.
const SWAP_USING_MOVE = 3;
/// CONFIG_MCUMGR_GRP_OS_RESET_MS.
const RESET_MS = 250;

pub fn serve(host: *server.Server, request: Request, out: *Writer) Reply {
    const both = request.isRead() or request.isWrite();
    switch (request.header.command) {
        packets.Os.echo => if (both) return echo(request, out),
        packets.Os.reset => if (request.isWrite()) return reset(host, request),
        packets.Os.params => if (request.isRead()) return params(out),
        packets.Os.info => if (request.isRead()) return info(host, request, out),
        packets.Os.bootloader => if (request.isRead()) return bootloader(request, out),
        else => {},
    }
    return server.UNSUPPORTED;
}

/// Errors of this group as version 1 of the protocol says them.
pub fn oldCode(code: u8) u8 {
    return switch (code) {
        INVALID_FORMAT => packets.Rc.invalid,
        NO_ANSWER => packets.Rc.not_found,
        else => packets.Rc.unknown,
    };
}

fn echo(request: Request, out: *Writer) Reply {
    const map = request.members() orelse return server.INVALID;
    const said = switch (map.get("d") orelse cbor.Value{ .text = "" }) {
        .text => |value| value,
        else => return server.INVALID,
    };
    out.text("r");
    if (flaws.has("smp/echo-overflow")) echoFromStack(said, out) else out.text(said);
    return null;
}

/// Flaw: the text goes through a buffer on the stack, by the length that the message gives.
noinline fn echoFromStack(said: []const u8, out: *Writer) void {
    var room: [128]u8 = undefined;
    const to: [*]volatile u8 = &room;
    for (said, 0..) |character, i| to[i] = character;
    out.text(@as([*]const u8, &room)[0..said.len]);
}

/// The answer goes out before the chip restarts.
fn reset(host: *server.Server, request: Request) Reply {
    const EMPTY = [_]u8{ 0xbf, 0xff };
    @memcpy(host.answer[packets.LENGTH..][0..EMPTY.len], &EMPTY);
    request.header.answer(&host.answer, EMPTY.len);
    serial.send(host.answer[0 .. packets.LENGTH + EMPTY.len]);
    timer.waitMs(RESET_MS);
    restart();
}

fn params(out: *Writer) Reply {
    out.text("buf_size");
    out.unsigned(config.smp_buffer);
    out.text("buf_count");
    out.unsigned(1);
    return null;
}

const LETTERS = "snrvbmpio";

fn info(host: *server.Server, request: Request, out: *Writer) Reply {
    const map = request.members() orelse return server.INVALID;
    const format = switch (map.get("format") orelse cbor.Value{ .text = "s" }) {
        .text => |value| if (value.len == 0) "s" else value,
        else => return server.INVALID,
    };
    for (format) |letter| if (letter != 'a' and !holds(LETTERS, letter)) return .{ .group = INVALID_FORMAT };
    var room: [160]u8 = undefined;
    var length: usize = 0;
    var digits: [16]u8 = undefined;
    for (LETTERS) |letter| {
        if (!holds(format, letter) and !holds(format, 'a')) continue;
        const word = wordFor(letter, text.hex(&digits, host.build_id));
        if (length > 0) {
            room[length] = ' ';
            length += 1;
        }
        @memcpy(room[length..][0..word.len], word);
        length += word.len;
    }
    out.text("output");
    out.text(room[0..length]);
    return null;
}

fn wordFor(letter: u8, build_id: []const u8) []const u8 {
    return switch (letter) {
        's', 'o' => "Assay",
        'r', 'v' => "1.0.0",
        'b' => build_id,
        'm' => "arm",
        'p' => config.processor,
        'i' => config.board,
        else => "unknown",
    };
}

fn holds(letters: []const u8, letter: u8) bool {
    for (letters) |each| if (each == letter) return true;
    return false;
}

fn bootloader(request: Request, out: *Writer) Reply {
    const map = request.members() orelse return server.INVALID;
    const query = map.get("query") orelse {
        out.text("bootloader");
        out.text("MCUboot");
        return null;
    };
    const asked = switch (query) {
        .text => |value| value,
        else => return server.INVALID,
    };
    if (asked.len != 4 or asked[0] != 'm' or asked[1] != 'o' or asked[2] != 'd' or asked[3] != 'e') {
        return .{ .group = NO_ANSWER };
    }
    out.text("mode");
    out.unsigned(SWAP_USING_MOVE);
    out.text("no-downgrade");
    out.boolean(true);
    return null;
}
