import type { FuzzCase } from '#core/verbs.ts';
import { crc16 } from '#codecs/crc16.ts';
import { CONTINUE_MARKER, encodeSmpSerial, START_MARKER } from '#codecs/smp-serial.ts';
import { boundaries } from '#fuzz/mutate.ts';
import { ECHO, smpRequest } from '#fuzz/smp-messages.ts';

const NEWLINE = 0x0a;

/** A line of a frame as told, ended properly: an open line would swallow what comes next, which is no finding. */
function line(marker: readonly number[], raw: Uint8Array): Uint8Array {
  return Uint8Array.from([...marker, ...Buffer.from(Buffer.from(raw).toString('base64'), 'latin1'), NEWLINE]);
}

function text(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part))),
  );
}

/** A frame in one line with the length field and CRC given. */
function frame(packet: Uint8Array, length: number, crc: number): Uint8Array {
  return line(START_MARKER, Uint8Array.from([length >> 8, length & 0xff, ...packet, crc >> 8, crc & 0xff]));
}

/** What can be wrong with the serial framing of SMP: lengths, checksums, encodings, markers, the order of lines. */
export function smpFraming(): readonly FuzzCase[] {
  const echo = smpRequest(ECHO, [['d', 'fuzz']]);
  const crc = crc16(echo);
  const truth = echo.length + 2;
  const long = encodeSmpSerial(smpRequest(ECHO, [['d', 'B'.repeat(200)]]));
  const firstLine = long.subarray(0, long.indexOf(NEWLINE) + 1);
  const rest = long.subarray(firstLine.length);
  return [
    ...boundaries(16, truth).map((length) => ({
      name: `frame length ${length}`,
      bytes: frame(echo, length, crc),
    })),
    { name: 'a length and nothing else: 0', bytes: line(START_MARKER, Uint8Array.of(0, 0)) },
    { name: 'a length and nothing else: 1', bytes: line(START_MARKER, Uint8Array.of(0, 1)) },
    { name: 'a length and nothing else: 2', bytes: line(START_MARKER, Uint8Array.of(0, 2)) },
    { name: 'half a length', bytes: line(START_MARKER, Uint8Array.of(0)) },
    ...[crc ^ 1, 0, 0xffff].map((wrong) => ({
      name: `checksum 0x${wrong.toString(16)}`,
      bytes: frame(echo, truth, wrong),
    })),
    { name: 'an empty frame line', bytes: text([...START_MARKER, NEWLINE]) },
    { name: 'no base64', bytes: text([...START_MARKER], '!!!!', [NEWLINE]) },
    { name: 'base64 in groups of three', bytes: text([...START_MARKER], 'AAs', [NEWLINE]) },
    { name: 'base64 with padding in the middle', bytes: text([...START_MARKER], 'AA==AAsA', [NEWLINE]) },
    { name: 'base64 of NULs', bytes: text([...START_MARKER, 0, 0, 0, 0, NEWLINE]) },
    { name: 'a continuation without a start', bytes: line(CONTINUE_MARKER, echo) },
    { name: 'a first line that is never continued', bytes: firstLine },
    { name: 'two first lines, then the rest', bytes: text([...firstLine], [...firstLine], [...rest]) },
    { name: 'the rest before the first line', bytes: text([...rest], [...firstLine]) },
    { name: 'the rest twice', bytes: text([...firstLine], [...rest], [...rest]) },
    {
      name: 'both markers in one line',
      bytes: text([...START_MARKER, ...CONTINUE_MARKER], 'AAAA', [NEWLINE]),
    },
    { name: 'a marker alone', bytes: text([...CONTINUE_MARKER, NEWLINE]) },
    { name: 'a line of 128 bytes', bytes: text([...START_MARKER], 'A'.repeat(125), [NEWLINE]) },
    { name: 'a line of 600 bytes', bytes: text([...START_MARKER], 'A'.repeat(597), [NEWLINE]) },
    { name: 'a line of 5000 bytes', bytes: text([...START_MARKER], 'A'.repeat(4997), [NEWLINE]) },
    { name: 'console text of 5000 bytes', bytes: text('x'.repeat(5000), [NEWLINE]) },
    { name: 'carriage returns', bytes: text([0x0d, 0x0d, 0x0d, NEWLINE]) },
    {
      name: 'all byte values',
      bytes: text(
        Array.from({ length: 256 }, (_, value) => value),
        [NEWLINE],
      ),
    },
    { name: 'a frame inside a log line', bytes: text('log: ', [...encodeSmpSerial(echo)]) },
  ];
}
