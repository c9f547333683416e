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

/** What an Intel HEX file puts into flash, from address 0 on; words elsewhere, as in UICR, are left out. BenchError `firmware-file`. */
export function readFirmwareHex({ path, size, remedy }: FirmwareFile): Uint8Array {
  const complain = (got: string, cause?: unknown) =>
    new BenchError({
      code: 'firmware-file',
      message: `the firmware ${path} cannot be used`,
      expected: `an Intel HEX file for at most ${size} bytes of flash`,
      got,
      remedy,
      cause,
    });
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (cause) {
    throw complain(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const file = parseIntelHex(text);
  if ('defect' in file) throw complain(`line ${file.line}: ${file.got}`);
  const segments = file.segments.filter(({ address }) => address < size);
  const end = Math.max(0, ...segments.map(({ address, bytes }) => address + bytes.length));
  if (end === 0 || end > size) throw complain(`${end} bytes of flash`);
  const whole = new Uint8Array(end).fill(0xff);
  for (const { address, bytes } of segments) whole.set(bytes, address);
  return whole;
}
