//! Copying and filling by words. The compiler's own functions of these names go byte by byte when it builds for size, and
//! a signature check copies a great deal.

export fn memcpy(noalias to: [*]u8, noalias from: [*]const u8, length: usize) callconv(.c) [*]u8 {
    var done: usize = 0;
    if ((@intFromPtr(to) | @intFromPtr(from)) & 3 == 0) done = copyWords(to, from, length);
    while (done < length) : (done += 1) volatileByte(to, done).* = from[done];
    return to;
}

export fn memset(to: [*]u8, value: u8, length: usize) callconv(.c) [*]u8 {
    var done: usize = 0;
    const word: u32 = @as(u32, value) * 0x0101_0101;
    if (@intFromPtr(to) & 3 == 0) while (length - done >= 4) : (done += 4) {
        @as(*volatile u32, @ptrCast(@alignCast(to + done))).* = word;
    };
    while (done < length) : (done += 1) volatileByte(to, done).* = value;
    return to;
}

/// Whole words; gives the bytes that were copied.
fn copyWords(to: [*]u8, from: [*]const u8, length: usize) usize {
    const target: [*]volatile u32 = @ptrCast(@alignCast(to));
    const source: [*]const u32 = @ptrCast(@alignCast(from));
    const words = length / 4;
    var i: usize = 0;
    while (i + 4 <= words) : (i += 4) inline for (0..4) |k| {
        target[i + k] = source[i + k];
    };
    while (i < words) : (i += 1) target[i] = source[i];
    return words * 4;
}

/// Volatile, so that the compiler does not make a call of the function itself out of the loop.
fn volatileByte(to: [*]u8, at: usize) *volatile u8 {
    return &to[at];
}
