import { decodeHeader, HEADER_LENGTH, type McubootHeader } from '#codecs/mcuboot-header.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';

/** Both image headers. */
export interface Headers {
  readonly primary: McubootHeader;
  readonly secondary: McubootHeader;
}

/** The bytes of a header, whatever they hold. */
export function headerAt(source: ImageSource, offset = 0): McubootHeader {
  const header = decodeHeader(source.read(offset, HEADER_LENGTH) ?? ERASED);
  return header ?? NO_HEADER;
}

const ERASED = new Uint8Array(HEADER_LENGTH).fill(0xff);
/** What is read where there is no header. */
export const NO_HEADER: McubootHeader = {
  magic: 0xffff_ffff,
  loadAddress: 0,
  headerSize: 0,
  protectedSize: 0,
  imageSize: 0,
  flags: 0,
  version: { major: 0, minor: 0, revision: 0, build: 0 },
  pad: 0,
};
