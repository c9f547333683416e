/** What a loader's refusal means: the two status bytes of an answer, first byte high. */
const STUB: Readonly<Record<number, string>> = {
  0xc000: 'bad data length',
  0xc100: 'bad checksum',
  0xc200: 'bad block size',
  0xc300: 'invalid command',
  0xc400: 'the flash operation failed',
  0xc500: 'the flash could not be unlocked',
  0xc600: 'no transfer to flash is under way',
  0xc700: 'the compressed data are damaged',
  0xc800: 'not enough data',
  0xc900: 'too much data',
  0xff00: 'not implemented',
};

/** Second byte of the ROM's; the first is 1. */
const ROM: Readonly<Record<number, string>> = {
  0x05: 'command not known, or its message is malformed',
  0x06: 'the command failed',
  0x07: 'bad checksum',
  0x08: 'the flash did not take what was written',
  0x09: 'the flash could not be read',
  0x0a: 'bad length of a read',
  0x0b: 'the compressed data are damaged',
  0x0c: 'bad checksum of the compressed data',
  0x0d: 'bad parameter of the compressed data',
  0x0e: 'bad size in RAM',
  0x0f: 'bad address in RAM',
  0x64: 'bad parameter',
  0x65: 'bad format',
  0x69: 'not enough room',
};

/** The command is not known to this loader: an older chip, or Secure Download Mode. */
export function isUnknownCommand(code: number): boolean {
  return (code & 0xff) === 0x05 || code === 0xc300 || code === 0xff00;
}

/** `0x0107: bad checksum`. */
export function espStatusText(code: number): string {
  const hex = `0x${code.toString(16).padStart(4, '0')}`;
  const text = STUB[code] ?? (code >> 8 < 0xc0 ? ROM[code & 0xff] : undefined);
  return text === undefined ? hex : `${hex}: ${text}`;
}
