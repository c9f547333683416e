import { escapeGdb } from '#codecs/gdb-packet.ts';

const ASCII = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const hex = (value: number) => value.toString(16);

/** Kinds of halting points, by the digit of `Z` and `z`. */
export const GDB_POINT = { software: 0, hardware: 1, write: 2, read: 3, access: 4 } as const;

export type GdbPoint = keyof typeof GDB_POINT;

/** Bodies of the commands used here (GDB manual, appendix "Remote Protocol"); escaped where they carry binary. */
export const gdbCommand = {
  supported: (features: readonly string[]) => ASCII(`qSupported:${features.join(';')}`),
  /** The beginning of the target's description. */
  description: () => ASCII('qXfer:features:read:target.xml:0,200'),
  whyHalted: () => ASCII('?'),
  registers: () => ASCII('g'),
  /** The value of a 32-bit register, little endian. */
  setRegister: (number: number, value: number) => {
    const word = Buffer.alloc(4);
    word.writeUInt32LE(value);
    return ASCII(`P${hex(number)}=${word.toString('hex')}`);
  },
  read: (address: number, length: number) => ASCII(`m${hex(address)},${hex(length)}`),
  write: (address: number, bytes: Uint8Array) =>
    ASCII(`M${hex(address)},${hex(bytes.length)}:${Buffer.from(bytes).toString('hex')}`),
  writeBinary: (address: number, bytes: Uint8Array) =>
    withBinary(`X${hex(address)},${hex(bytes.length)}:`, bytes),
  insert: (point: GdbPoint, address: number, length: number) =>
    ASCII(`Z${GDB_POINT[point]},${hex(address)},${hex(length)}`),
  remove: (point: GdbPoint, address: number, length: number) =>
    ASCII(`z${GDB_POINT[point]},${hex(address)},${hex(length)}`),
  go: () => ASCII('c'),
  step: () => ASCII('s'),
  detach: () => ASCII('D'),
  kill: () => ASCII('k'),
  eraseFlash: (address: number, length: number) => ASCII(`vFlashErase:${hex(address)},${hex(length)}`),
  writeFlash: (address: number, bytes: Uint8Array) => withBinary(`vFlashWrite:${hex(address)}:`, bytes),
  finishFlash: () => ASCII('vFlashDone'),
  /** A command of the stub's own, as gdb's `monitor` sends it. */
  monitor: (text: string) => ASCII(`qRcmd,${Buffer.from(text, 'utf8').toString('hex')}`),
} as const;

function withBinary(head: string, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...ASCII(head), ...escapeGdb(bytes)]);
}
