//! The boot loader: finishes or starts a swap, looks at what will run, and jumps. Where nothing may run, it waits for an
//! image over the console.

const std = @import("std");
const config = @import("config");
const console = @import("console.zig");
const counter = @import("boot/counter.zig");
const decide = @import("boot/decide.zig");
const fault = @import("boot/fault.zig");
const flaws = @import("flaws.zig");
const gpio = @import("chip/gpio.zig");
const headers = @import("mcuboot/header.zig");
const recovery = @import("boot/recovery.zig");
const slots = @import("mcuboot/slot.zig");
const start = @import("chip/start.zig");
const state = @import("boot/status.zig");
const swap = @import("boot/swap.zig");
const timer = @import("chip/timer.zig");
const trailer = @import("mcuboot/trailer.zig");
const uart = @import("chip/uart.zig");
const validate = @import("boot/validate.zig");
const watchdog = @import("chip/watchdog.zig");

pub const panic = std.debug.no_panic;

/// Stack, reset, NMI, hard fault; nothing here uses interrupts.
export const vectors linksection(".vectors") = start.vectors(&reset) ++ [_]?*const anyopaque{ &fault.entry, &fault.entry };

/// Bytes between the image header and the application's vectors: the manifest that says what a test image is.
const MANIFEST = 64;

fn reset() callconv(.c) noreturn {
    start.clearVariables();
    uart.start();
    timer.start();
    if (!flaws.has("mcuboot/no-watchdog")) watchdog.start();
    console.line(&.{"*** Assay reference boot loader ***"});
    console.info(&.{"Starting bootloader"});
    if (!gpio.pressed(config.pin_button)) if (boot()) |header| {
        console.info(&.{"Jumping to the first image slot"});
        start.jump(slots.primary.base + header.header_size + MANIFEST);
    } else console.err(&.{"Unable to find bootable image"});
    recovery.serve();
}

/// The header of the image to run; null where there is none.
fn boot() ?headers.Header {
    var status = state.find();
    const found = state.headersOf(status);
    const complete = found.primary.magic == headers.MAGIC and
        (status.isFresh() or found.secondary.magic == headers.MAGIC);
    if (!complete) {
        console.line(&.{"W: Failed reading image headers; Image=0"});
    } else if (!status.isFresh()) {
        swap.resume_(&status);
    } else if (!begin(&status, found)) return null;
    return launchable(headers.at(slots.primary, 0));
}

/// Starts the swap that is asked for; false where it ended in a state that must not be booted.
fn begin(status: *state.Status, found: state.Headers) bool {
    const next = decide.nextSwap(status.*, found) orelse return false;
    switch (next) {
        .none => return true,
        // As if a revert had just ended: the image that runs is final.
        .fail => {
            trailer.setImageOk(slots.primary);
            return true;
        },
        .test_, .perm => if (decide.isDowngrade(status.*, found)) return true,
        .revert => {},
    }
    if (swap.perform(status, found, next)) return true;
    console.err(&.{"Security counter update failed after image upgrade: -1"});
    return false;
}

fn launchable(header: headers.Header) ?headers.Header {
    if (header.isAbsent()) return null;
    if (!isSound(header)) {
        console.err(&.{"Image in the primary slot is not valid!"});
        return null;
    }
    return if (keepCounter(header)) header else null;
}

fn isSound(header: headers.Header) bool {
    if (flaws.has("mcuboot/validated-before-copy-only")) return header.fits(slots.primary);
    return validate.isValid(slots.primary, header);
}

/// The stored counter follows every image that is final.
fn keepCounter(header: headers.Header) bool {
    const found = trailer.stateOf(slots.primary);
    if (found.magic == .good and found.image_ok != .set) return true;
    if (counter.advance(slots.primary, header)) return true;
    console.err(&.{"Security counter update failed after image 0 validation: -1"});
    return false;
}
