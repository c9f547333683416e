import { readFileSync } from 'node:fs';
import { BenchError } from '#core/errors.ts';
import { parseIntelHex } from '#codecs/intel-hex.ts';

/** What a firmware file must be, and how to come by it where it is missing. */
export interface FirmwareFile {
  readonly path: string;
  /** Bytes of flash, which begins at address 0. */
  readonly size: number;
  readonly remedy: string;
}

/** A raw binary, as it lies in flash. BenchError `firmware-file`. */
export function readFirmwareBinary({ path, size, remedy }: FirmwareFile): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unusable({ path, size, remedy }, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (bytes.length <= size) return bytes;
  throw unusable({ path, size, remedy }, `${bytes.length} bytes`);
}

function unusable({ path, size, remedy }: FirmwareFile, got: string, cause?: unknown): BenchError {
  return new BenchError({
    code: 'firmware-file',
    message: `the firmware ${path} cannot be used`,
    expected: `a firmware of at most ${size} bytes of flash`,
    got,
    remedy,
    cause,
  });
}

/** What an Intel HEX file puts into flash, from address 0 on; words elsewhere, as in UICR, are left out. BenchError `firmware-file`. */
export function readFirmwareHex(file: FirmwareFile): Uint8Array {
  const { path, size } = file;
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (cause) {
    throw unusable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const hex = parseIntelHex(text);
  if ('defect' in hex) throw unusable(file, `line ${hex.line}: ${hex.got}`);
  const segments = hex.segments.filter(({ address }) => address < size);
  const end = Math.max(0, ...segments.map(({ address, bytes }) => address + bytes.length));
  if (end === 0 || end > size) throw unusable(file, `${end} bytes of flash`);
  const whole = new Uint8Array(end).fill(0xff);
  for (const { address, bytes } of segments) whole.set(bytes, address);
  return whole;
}
