//! The header in front of every request and answer, and the numbers of what is asked.

pub const LENGTH = 8;

pub const Op = struct {
    pub const read = 0;
    pub const write = 2;
};

pub const Group = struct {
    pub const os = 0;
    pub const image = 1;
    /// From here on, numbers are the application's.
    pub const user = 64;
};

pub const Os = struct {
    pub const echo = 0;
    pub const console_echo = 1;
    pub const reset = 5;
    pub const params = 6;
    pub const info = 7;
    pub const bootloader = 8;
};

pub const Image = struct {
    pub const state = 0;
    pub const upload = 1;
    pub const erase = 5;
    pub const slots = 6;
};

/// MGMT_ERR_*: errors of the protocol.
pub const Rc = struct {
    pub const unknown = 1;
    pub const no_memory = 2;
    pub const invalid = 3;
    pub const not_found = 5;
    pub const bad_state = 6;
    pub const too_big = 7;
    pub const not_supported = 8;
    pub const corrupt = 9;
    pub const too_new = 13;
};

pub const Header = struct {
    op: u3,
    version: u2,
    length: u16,
    group: u16,
    sequence: u8,
    command: u8,

    pub fn read(bytes: []const u8) ?Header {
        if (bytes.len < LENGTH) return null;
        return .{
            .op = @truncate(bytes[0]),
            .version = @truncate(bytes[0] >> 3),
            .length = @as(u16, bytes[2]) << 8 | bytes[3],
            .group = @as(u16, bytes[4]) << 8 | bytes[5],
            .sequence = bytes[6],
            .command = bytes[7],
        };
    }

    /// The header of the answer, in front of `out`.
    pub fn answer(self: Header, out: []u8, length: u16) void {
        const op: u8 = if (self.op == Op.read) 1 else 3;
        out[0] = op | @as(u8, @min(self.version, 1)) << 3;
        out[1] = 0;
        out[2] = @truncate(length >> 8);
        out[3] = @truncate(length);
        out[4] = @truncate(self.group >> 8);
        out[5] = @truncate(self.group);
        out[6] = self.sequence;
        out[7] = self.command;
    }
};
