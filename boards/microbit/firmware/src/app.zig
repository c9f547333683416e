//! The application: says who it is, then does what its manifest tells it to.

const std = @import("std");
const console = @import("console.zig");
const flaws = @import("flaws.zig");
const headers = @import("mcuboot/header.zig");
const images = @import("app/images.zig");
const manifest = @import("app/manifest.zig");
const serial = @import("smp/serial.zig");
const Server = @import("app/server.zig").Server;
const slots = @import("mcuboot/slot.zig");
const start = @import("chip/start.zig");
const text = @import("text.zig");
const timer = @import("chip/timer.zig");
const uart = @import("chip/uart.zig");
const versions = @import("version.zig");
const watchdog = @import("chip/watchdog.zig");

pub const panic = std.debug.no_panic;

export const vectors linksection(".vectors") = start.vectors(&reset);

const HEARTBEAT_US = 5_000_000;

var receiver: serial.Receiver = .{};
var server: Server = undefined;

fn reset() callconv(.c) noreturn {
    start.clearVariables();
    uart.start();
    timer.start();
    const own = manifest.read() orelse crash();
    announce(own);
    if (flaws.has("mcuboot/app-confirms-at-start")) _ = images.confirm();
    switch (own.behaviour) {
        .healthy, .never_confirms => serve(own),
        .crashes => crash(),
        .hangs => while (true) {},
    }
}

/// An undefined instruction: the boot loader's handler says so and restarts the chip.
fn crash() noreturn {
    asm volatile ("udf #0");
    unreachable;
}

fn announce(own: manifest.Manifest) void {
    const version = headers.at(slots.primary, 0).version;
    var room: versions.Room = undefined;
    var digits: [16]u8 = undefined;
    console.line(&.{
        "*** assay-fw ", own.product,                     " v",   versions.of(&room, version, '+'),
        " build ",       text.hex(&digits, own.build_id), " ***",
    });
}

fn serve(own: manifest.Manifest) noreturn {
    server.begin(own.build_id, own.behaviour == .healthy);
    var beat = timer.now();
    var beats: u32 = 0;
    while (true) {
        watchdog.feed();
        if (uart.receive()) |byte| {
            if (receiver.push(byte)) |packet| server.handle(packet);
        } else if (timer.now() -% beat >= HEARTBEAT_US) {
            beat +%= HEARTBEAT_US;
            beats += 1;
            var room: text.Buffer = undefined;
            console.info(&.{ "heartbeat ", text.decimal(&room, beats) });
        }
    }
}
