//! SMP over a console, as Zephyr has it: a packet between its length and its CRC, in base64, in lines of at most 127
//! bytes that begin with a marker. What is damaged is dropped without an answer.

const base64 = @import("base64.zig");
const config = @import("config");
const crc16 = @import("crc16.zig");
const flaws = @import("../flaws.zig");
const uart = @import("../chip/uart.zig");

const FIRST = [2]u8{ 0x06, 0x09 };
const NEXT = [2]u8{ 0x04, 0x14 };
/// Raw bytes that fill a line.
const PER_LINE = 93;
const LINE_ROOM = 512;
/// Length field and CRC.
const EXTRA = 4;

/// Longest packet that is taken.
pub const MAX_PACKET = config.smp_buffer - EXTRA;

/// Puts incoming bytes together. One packet at a time: it must be served before the next byte is pushed.
pub const Receiver = struct {
    line: [LINE_ROOM]u8 = undefined,
    line_length: usize = 0,
    /// Length field, packet and CRC.
    raw: [config.smp_buffer]u8 = undefined,
    length: usize = 0,
    /// Bytes that the packet under way needs; 0: none is.
    need: usize = 0,

    /// Takes a byte; gives the packet that it completes.
    pub fn push(self: *Receiver, byte: u8) ?[]u8 {
        if (byte != '\n') {
            if (self.line_length < LINE_ROOM) self.line[self.line_length] = byte;
            self.line_length += 1;
            return null;
        }
        defer self.line_length = 0;
        if (self.line_length > LINE_ROOM) return null;
        return self.endLine(withoutReturn(self.line[0..self.line_length]));
    }

    fn endLine(self: *Receiver, line: []const u8) ?[]u8 {
        if (starts(line, FIRST)) {
            self.length = 0;
            self.need = 0;
            return self.first(line[2..]);
        }
        if (!starts(line, NEXT) or self.need == 0) return null;
        return self.append(line[2..]);
    }

    fn first(self: *Receiver, line: []const u8) ?[]u8 {
        const count = base64.decode(&self.raw, line) orelse return null;
        if (count < 2) return null;
        const announced: u16 = @as(u16, self.raw[0]) << 8 | self.raw[1];
        if (flaws.has("smp/frame-length-underflow")) {
            // The CRC is taken off without a look at whether there is room for one.
            if (announced < 2) return self.unsealed(announced -% 2);
        }
        if (announced < 2 or announced > MAX_PACKET + 2) return null;
        self.need = @as(usize, announced) + 2;
        self.length = count;
        return self.finish();
    }

    fn unsealed(self: *Receiver, length: u16) ?[]u8 {
        const body = @as([*]u8, &self.raw)[2..][0..length];
        return if (crc16.of(body) == 0) body else null;
    }

    fn append(self: *Receiver, line: []const u8) ?[]u8 {
        const count = base64.decode(self.raw[self.length..], line) orelse {
            self.need = 0;
            return null;
        };
        self.length += count;
        return self.finish();
    }

    fn finish(self: *Receiver) ?[]u8 {
        if (self.length < self.need) return null;
        const whole = self.length == self.need;
        self.need = 0;
        if (!whole or crc16.of(self.raw[2..self.length]) != 0) return null;
        return self.raw[2 .. self.length - 2];
    }
};

fn starts(line: []const u8, marker: [2]u8) bool {
    return line.len >= 2 and line[0] == marker[0] and line[1] == marker[1];
}

fn withoutReturn(line: []const u8) []const u8 {
    return if (line.len > 0 and line[line.len - 1] == '\r') line[0 .. line.len - 1] else line;
}

/// Sends a packet.
pub fn send(packet: []const u8) void {
    const crc = crc16.of(packet);
    var sender: Sender = .{};
    const length: u16 = @intCast(packet.len + 2);
    sender.push(@truncate(length >> 8));
    sender.push(@truncate(length));
    for (packet) |byte| sender.push(byte);
    sender.push(@truncate(crc >> 8));
    sender.push(@truncate(crc));
    sender.end();
}

const Sender = struct {
    group: [3]u8 = undefined,
    filled: usize = 0,
    in_line: usize = 0,
    marker: [2]u8 = FIRST,

    fn push(self: *Sender, byte: u8) void {
        if (self.in_line == 0) {
            uart.print(&self.marker);
            self.marker = NEXT;
        }
        self.group[self.filled] = byte;
        self.filled += 1;
        self.in_line += 1;
        if (self.filled == 3) self.flush();
        if (self.in_line == PER_LINE) self.end();
    }

    fn flush(self: *Sender) void {
        if (self.filled > 0) uart.print(&base64.encodeGroup(self.group[0..self.filled]));
        self.filled = 0;
    }

    fn end(self: *Sender) void {
        if (self.in_line == 0) return;
        self.flush();
        uart.send('\n');
        self.in_line = 0;
    }
};
