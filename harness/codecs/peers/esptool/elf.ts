/** A section of a little ELF file. */
export interface ElfSection {
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array;
}

const HEADER = 52;
const SECTION_HEADER = 40;
const PROGBITS = 1;
const STRTAB = 3;
/** EM_RISCV. esptool takes it for every chip. */
const MACHINE = 0xf3;

/** A 32-bit little-endian ELF executable that holds just these sections: enough for `elf2image`. */
export function elfOf(entry: number, sections: readonly ElfSection[]): Uint8Array {
  const names = Buffer.from(['', ...sections.map(({ name }) => name), '.shstrtab', ''].join('\0'), 'latin1');
  const all = [
    { name: '', type: 0, address: 0, data: new Uint8Array() },
    ...sections.map((section) => ({ ...section, type: PROGBITS })),
    { name: '.shstrtab', type: STRTAB, address: 0, data: new Uint8Array(names) },
  ];
  const headers: Buffer[] = [];
  let at = HEADER;
  for (const { name, type, address, data } of all) {
    const nameAt = name === '' ? 0 : names.indexOf(`\0${name}\0`) + 1;
    headers.push(words([nameAt, type, 0, address, at, data.length, 0, 0, 4, 0]));
    at += data.length;
  }
  const shape = Buffer.alloc(12);
  [HEADER, 32, 0, SECTION_HEADER, all.length, all.length - 1].forEach((value, i) =>
    shape.writeUInt16LE(value, 2 * i),
  );
  const ident = Buffer.from('7f454c46010101000000000000000000', 'hex');
  const kind = Buffer.from([2, 0, MACHINE, 0]);
  const head = Buffer.concat([ident, kind, words([1, entry, 0, at, 0]), shape]);
  return new Uint8Array(Buffer.concat([head, ...all.map(({ data }) => data), ...headers]));
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}
