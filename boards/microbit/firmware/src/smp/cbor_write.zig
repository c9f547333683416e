//! Writing CBOR into a buffer. What does not fit is not written, and the writer says so.

pub const Writer = struct {
    buffer: []u8,
    length: usize = 0,
    overflowed: bool = false,

    pub fn byte(self: *Writer, value: u8) void {
        if (self.length >= self.buffer.len) {
            self.overflowed = true;
            return;
        }
        self.buffer[self.length] = value;
        self.length += 1;
    }

    pub fn openMap(self: *Writer) void {
        self.byte(0xbf);
    }

    pub fn openArray(self: *Writer) void {
        self.byte(0x9f);
    }

    pub fn close(self: *Writer) void {
        self.byte(0xff);
    }

    pub fn map(self: *Writer, members: u32) void {
        self.head(5, members);
    }

    pub fn text(self: *Writer, value: []const u8) void {
        self.head(3, @intCast(value.len));
        for (value) |character| self.byte(character);
    }

    pub fn bytes(self: *Writer, value: []const u8) void {
        self.head(2, @intCast(value.len));
        for (value) |each| self.byte(each);
    }

    pub fn unsigned(self: *Writer, value: u32) void {
        self.head(0, value);
    }

    pub fn boolean(self: *Writer, value: bool) void {
        self.byte(if (value) 0xf5 else 0xf4);
    }

    fn head(self: *Writer, major: u8, value: u32) void {
        const kind = major << 5;
        if (value < 24) return self.byte(kind | @as(u8, @intCast(value)));
        const size: u3 = if (value <= 0xff) 1 else if (value <= 0xffff) 2 else 4;
        self.byte(kind | @as(u8, switch (size) {
            1 => 24,
            2 => 25,
            else => 26,
        }));
        var left: u5 = size;
        while (left > 0) {
            left -= 1;
            self.byte(@truncate(value >> (8 * left)));
        }
    }
};
