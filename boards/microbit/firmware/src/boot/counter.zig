//! The security counter: one word for each step, erased while the step is to come, zero once it is taken. Such words can
//! be cleared one by one and never set again without erasing all of them. They have a page of flash to themselves, which
//! this boot loader never erases.

const config = @import("config");
const flash = @import("../chip/flash.zig");
const flaws = @import("../flaws.zig");
const headers = @import("../mcuboot/header.zig");
const tlv = @import("../mcuboot/tlv.zig");
const Slot = @import("../mcuboot/slot.zig").Slot;

const ERASED = 0xffff_ffff;

/// Highest value that can be stored.
pub const limit: u32 = config.counter_words;

/// Steps taken. A word that a power cut left half written counts as taken.
pub fn stored() u32 {
    var value: u32 = 0;
    while (value < limit and flash.wordAt(addressOf(value)) != ERASED) value += 1;
    return value;
}

/// Brings the stored counter up to an image's; false where the image has none that can be stored.
pub fn advance(slot: Slot, header: headers.Header) bool {
    if (flaws.has("mcuboot/counter-never-advanced")) return true;
    const wanted = counterOf(slot, header) orelse return flaws.has("mcuboot/counter-missing-accepted");
    if (wanted > limit) return false;
    var value = stored();
    while (value < wanted) : (value += 1) flash.write(addressOf(value), &.{ 0, 0, 0, 0 });
    return true;
}

fn counterOf(slot: Slot, header: headers.Header) ?u32 {
    const entry = tlv.find(slot, header, tlv.TYPE.security_counter) orelse return null;
    if (entry.value.len != 4) return null;
    if (!entry.is_protected and !flaws.has("mcuboot/unprotected-tlv-accepted")) return null;
    return tlv.u32Of(entry.value);
}

fn addressOf(step: u32) u32 {
    return config.counter + step * flash.word;
}
