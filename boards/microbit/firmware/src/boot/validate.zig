//! Image validation: sizes, hash, signature, counter, product; the order and rules of bootutil's image_validate.c.

const std = @import("std");
const config = @import("config");
const console = @import("../console.zig");
const counter = @import("counter.zig");
const flaws = @import("../flaws.zig");
const headers = @import("../mcuboot/header.zig");
const slots = @import("../mcuboot/slot.zig");
const text = @import("../text.zig");
const tlv = @import("../mcuboot/tlv.zig");
const watchdog = @import("../chip/watchdog.zig");

const Sha256 = std.crypto.hash.sha2.Sha256;
const Slot = slots.Slot;
const Header = headers.Header;
/// Bytes of a signature.
const SIGNATURE = 256;

extern fn assay_rsa_verify(digest: *const [32]u8, signature: *const [SIGNATURE]u8) bool;

/// Largest image that there is room to swap: the primary slot keeps one sector free, to move into.
pub fn maxImageSize() u32 {
    return (slots.primary.trailerSector() - 1) * config.page;
}

/// Whether the image in a slot may be installed or run.
pub fn isValid(slot: Slot, header: Header) bool {
    if (!header.fits(slot)) return false;
    watchdog.feed();
    const digest = digestOf(slot, header);
    const area = tlv.areaOf(slot, header) orelse return false;
    if (area.end > maxImageSize() and !flaws.has("mcuboot/size-not-checked")) return false;
    if (area.end > slot.size) return false;
    var check: Check = .{ .digest = digest };
    var walk = tlv.Walk.over(slot, header, area);
    while (walk.next() catch return false) |entry| if (!check.take(entry)) return false;
    return check.passed();
}

fn digestOf(slot: Slot, header: Header) [32]u8 {
    const whole = (header.payloadEnd() orelse 0) + header.protected_size;
    const end = if (flaws.has("mcuboot/hash-header-only")) header.header_size else whole;
    var hash = Sha256.init(.{});
    if (flaws.has("mcuboot/hash-skips-header")) {
        // The header as it was parsed, with what has no use here made up; then the rest from flash.
        var parsed = header;
        parsed.load_address = 0;
        parsed.pad = 0;
        hash.update(std.mem.asBytes(&parsed));
        var at: u32 = headers.LENGTH;
        while (at < header.header_size) : (at += 1) hash.update(&.{0xff});
        hash.update(slot.read(header.header_size, end - header.header_size) orelse &.{});
    } else hash.update(slot.read(0, end) orelse &.{});
    return hash.finalResult();
}

/// One pass over the entries, and what was found so far.
const Check = struct {
    digest: [32]u8,
    hashed: bool = false,
    signed: bool = flaws.has("mcuboot/no-signature-check"),
    counted: bool = flaws.has("mcuboot/counter-missing-accepted"),
    fits_product: bool = flaws.has("mcuboot/product-not-checked"),
    key_known: bool = false,

    fn passed(self: Check) bool {
        return self.hashed and self.signed and self.counted and self.fits_product;
    }

    /// False where the entry alone makes the image invalid.
    fn take(self: *Check, entry: tlv.Entry) bool {
        const may = entry.is_protected or entry.mayBeUnsigned() or flaws.has("mcuboot/unprotected-tlv-accepted");
        if (!may) return false;
        switch (entry.kind) {
            tlv.TYPE.sha256 => return self.takeHash(entry.value),
            tlv.TYPE.key_hash => {
                if (entry.value.len > config.key_hash.len) return false;
                // bootutil compares over the length of the entry.
                self.key_known = std.mem.eql(u8, entry.value, config.key_hash[0..entry.value.len]);
                return true;
            },
            tlv.TYPE.rsa2048 => return self.takeSignature(entry.value),
            tlv.TYPE.security_counter => return self.takeCounter(entry.value),
            tlv.TYPE.class_id => return self.takeClass(entry.value),
            else => return true,
        }
    }

    fn takeHash(self: *Check, claimed: []const u8) bool {
        if (flaws.has("mcuboot/hash-tlv-trusted")) {
            if (claimed.len != 32) return false;
            self.digest = claimed[0..32].*;
        } else if (!std.mem.eql(u8, claimed, &self.digest)) return false;
        self.hashed = true;
        return true;
    }

    /// Signatures of other keys are passed over; of several by the trusted key the last one decides, as in bootutil.
    fn takeSignature(self: *Check, entry: []const u8) bool {
        if (!self.key_known) return true;
        self.key_known = false;
        if (entry.len != SIGNATURE) return false;
        if (!flaws.has("mcuboot/no-signature-check")) self.signed = assay_rsa_verify(&self.digest, entry[0..SIGNATURE]);
        return true;
    }

    fn takeCounter(self: *Check, value: []const u8) bool {
        if (value.len != 4) return false;
        const claimed = tlv.u32Of(value);
        const stored = counter.stored();
        if (claimed < stored and !flaws.has("mcuboot/counter-not-checked")) {
            var a: text.Buffer = undefined;
            var b: text.Buffer = undefined;
            console.err(&.{
                "Image security counter value ", text.decimal(&a, claimed),
                " lower than monotonic value ",  text.decimal(&b, stored),
            });
            return false;
        }
        if (claimed > counter.limit) return false;
        self.counted = true;
        return true;
    }

    fn takeClass(self: *Check, claimed: []const u8) bool {
        if (flaws.has("mcuboot/product-not-checked")) return true;
        self.fits_product = std.mem.eql(u8, claimed, &config.class_id);
        return self.fits_product;
    }
};
