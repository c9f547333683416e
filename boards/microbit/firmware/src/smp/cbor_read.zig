//! Reading CBOR (RFC 8949) as far as SMP uses it: maps with text keys, nothing of indefinite length but containers, no
//! tags. Every length is checked against the bytes that are there, and nesting is bounded.

const flaws = @import("../flaws.zig");

pub const Error = error{Malformed};

const MAX_DEPTH = 8;
const MAX_ITEMS = 512;
const BREAK = 0xff;
const INDEFINITE = 31;

const Major = enum(u3) { unsigned, negative, bytes, text, array, map, tag, simple };

pub const Value = union(enum) {
    unsigned: u64,
    bytes: []const u8,
    text: []const u8,
    boolean: bool,
    other,
};

/// A map, checked as a whole before anything is taken from it.
pub const Map = struct {
    data: []const u8,
    end: usize,

    pub fn read(data: []const u8) Error!Map {
        var reader: Reader = .{ .data = data };
        if (data.len == 0 or data[0] >> 5 != @intFromEnum(Major.map)) return error.Malformed;
        try reader.skip(0);
        const map: Map = .{ .data = data, .end = reader.at };
        try map.checkKeys();
        return map;
    }

    /// The value of a key; null where there is none.
    pub fn get(self: Map, key: []const u8) ?Value {
        var members = Members.of(self);
        while (members.next()) |member| if (same(member.key, key)) return member.value;
        return null;
    }

    /// A number that fits 32 bits; null where there is none.
    pub fn number(self: Map, key: []const u8) error{WrongType}!?u32 {
        return switch (self.get(key) orelse return null) {
            .unsigned => |value| if (value <= 0xffff_ffff) @intCast(value) else error.WrongType,
            else => error.WrongType,
        };
    }

    /// Keys are text, each one once.
    fn checkKeys(self: Map) Error!void {
        var members = Members.of(self);
        var index: u32 = 0;
        while (members.next()) |member| : (index += 1) {
            if (member.key_is_foreign) return error.Malformed;
            var earlier = Members.of(self);
            for (0..index) |_| if (same((earlier.next() orelse break).key, member.key)) return error.Malformed;
        }
    }
};

const Member = struct { key: []const u8, key_is_foreign: bool, value: Value };

/// Goes through a map that is known to be well formed.
const Members = struct {
    reader: Reader,
    left: u64,
    indefinite: bool,

    fn of(map: Map) Members {
        var reader: Reader = .{ .data = map.data[0..map.end] };
        const head = reader.head() catch unreachable;
        return .{ .reader = reader, .left = head.value, .indefinite = head.minor == INDEFINITE };
    }

    fn next(self: *Members) ?Member {
        if (self.indefinite) {
            if (self.reader.data[self.reader.at] == BREAK) return null;
        } else {
            if (self.left == 0) return null;
            self.left -= 1;
        }
        const key = self.reader.value() catch return null;
        const value = self.reader.value() catch return null;
        return switch (key) {
            .text => |text| .{ .key = text, .key_is_foreign = false, .value = value },
            else => .{ .key = "", .key_is_foreign = true, .value = value },
        };
    }
};

const Head = struct { major: Major, minor: u5, value: u64 };

const Reader = struct {
    data: []const u8,
    at: usize = 0,
    items: u32 = 0,

    fn head(self: *Reader) Error!Head {
        if (self.at >= self.data.len) return error.Malformed;
        const initial = self.data[self.at];
        self.at += 1;
        const major: Major = @enumFromInt(initial >> 5);
        const minor: u5 = @truncate(initial);
        if (minor < 24 or minor == INDEFINITE) return .{ .major = major, .minor = minor, .value = minor };
        if (minor > 27) return error.Malformed;
        const size = @as(usize, 1) << @intCast(minor - 24);
        if (size > self.data.len - self.at) return error.Malformed;
        var argument: u64 = 0;
        for (self.data[self.at..][0..size]) |byte| argument = argument << 8 | byte;
        self.at += size;
        return .{ .major = major, .minor = minor, .value = argument };
    }

    /// The next item; of a container no more than that it is one.
    fn value(self: *Reader) Error!Value {
        const from = self.at;
        const found = try self.head();
        switch (found.major) {
            .unsigned => return .{ .unsigned = found.value },
            .bytes => return .{ .bytes = try self.string(found) },
            .text => return .{ .text = try self.string(found) },
            .simple => {
                if (found.minor == 20 or found.minor == 21) return .{ .boolean = found.minor == 21 };
                return .other;
            },
            else => {
                self.at = from;
                try self.skip(0);
                return .other;
            },
        }
    }

    fn string(self: *Reader, found: Head) Error![]const u8 {
        if (found.minor == INDEFINITE or found.value > self.data.len - self.at) return error.Malformed;
        const length: usize = @intCast(found.value);
        defer self.at += length;
        return self.data[self.at..][0..length];
    }

    /// Goes over an item and everything in it.
    fn skip(self: *Reader, depth: u32) Error!void {
        self.items += 1;
        if (self.items > MAX_ITEMS and !flaws.has("smp/cbor-depth")) return error.Malformed;
        const found = try self.head();
        switch (found.major) {
            .bytes, .text => _ = try self.string(found),
            .array, .map => {
                if (depth >= MAX_DEPTH and !flaws.has("smp/cbor-depth")) return error.Malformed;
                try self.skipMembers(found, depth);
            },
            .tag => return error.Malformed,
            else => if (found.minor == INDEFINITE) return error.Malformed,
        }
    }

    fn skipMembers(self: *Reader, found: Head, depth: u32) Error!void {
        const each: u64 = if (found.major == .map) 2 else 1;
        if (found.minor != INDEFINITE) {
            if (found.value > self.data.len) return error.Malformed;
            var left = found.value * each;
            while (left > 0) : (left -= 1) try self.skip(depth + 1);
            return;
        }
        var seen: u64 = 0;
        while (true) : (seen += 1) {
            if (self.at >= self.data.len) return error.Malformed;
            if (self.data[self.at] == BREAK) break;
            try self.skip(depth + 1);
        }
        // A break must not split a pair.
        if (seen % each != 0) return error.Malformed;
        self.at += 1;
    }
};

fn same(a: []const u8, b: []const u8) bool {
    if (a.len != b.len) return false;
    for (a, b) |x, y| if (x != y) return false;
    return true;
}
