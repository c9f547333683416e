import { PeerError } from '#core/errors.ts';

/** ELF32, little-endian: System V ABI, chapters 4 and 5. */
const MAGIC = 0x464c_457f;
const AT = { programs: 0x1c, programSize: 0x2a, programCount: 0x2c } as const;
const PROGRAM = { type: 0, offset: 4, physical: 12, size: 16 } as const;
const LOAD = 1;
/** No program of the reference firmware comes near. */
const LIMIT = 0x10_0000;

/** What an ELF file loads, in one piece from its lowest address on; gaps read as erased flash. */
export function elfBytes(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (file.length < 0x34 || view.getUint32(0, true) !== MAGIC) throw unreadable('a 32-bit ELF file');
  const segments = segmentsOf(view);
  const start = Math.min(...segments.map(({ at }) => at));
  const end = Math.max(...segments.map(({ at, bytes }) => at + bytes.length));
  if (segments.length === 0 || end - start > LIMIT) throw unreadable(`segments within ${LIMIT} bytes`);
  const whole = new Uint8Array(end - start).fill(0xff);
  for (const { at, bytes } of segments) whole.set(bytes, at - start);
  return whole;
}

interface Segment {
  readonly at: number;
  readonly bytes: Uint8Array;
}

function segmentsOf(view: DataView): readonly Segment[] {
  const [first, size] = [view.getUint32(AT.programs, true), view.getUint16(AT.programSize, true)];
  const segments: Segment[] = [];
  for (let i = 0; i < view.getUint16(AT.programCount, true); i++) {
    const at = first + i * size;
    if (at + 0x20 > view.byteLength) throw unreadable('program headers inside the file');
    const [offset, length] = [
      view.getUint32(at + PROGRAM.offset, true),
      view.getUint32(at + PROGRAM.size, true),
    ];
    if (view.getUint32(at + PROGRAM.type, true) !== LOAD || length === 0) continue;
    if (offset + length > view.byteLength) throw unreadable('segments inside the file');
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length);
    segments.push({ at: view.getUint32(at + PROGRAM.physical, true), bytes });
  }
  return segments;
}

function unreadable(expected: string): PeerError {
  return new PeerError({
    code: 'firmware-elf',
    message: 'the compiler wrote no program that can be put into flash',
    expected,
    remedy: 'look at boards/microbit/firmware/src/sections.ld, and at what the compiler said',
  });
}
