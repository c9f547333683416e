import type { FlashNote } from '#core/flash-map.ts';
import { decodeHeader, HEADER_LENGTH, HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { readSwapState, SWAP_TYPES, trailerOffsets, type TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { formatVersion } from '#codecs/mcuboot-version.ts';
import type { FlashArea } from '#core/board.ts';
import { type McubootProfile, trailerOf } from '#virtual/mcuboot/profile.ts';
import { flash as shape, layoutOf } from './layout.ts';
import type { McubootPlace } from './oddities.ts';

const BLANK = 0xff;
const WORDS = { unset: 'blank', set: 'set', good: 'good', bad: 'neither blank nor valid' } as const;

/** A note on a field, `offset` counted from its area's start. */
function note(area: FlashArea, offset: number, field: string, reads: string, damaged = false): FlashNote {
  return { area: area.name, field, address: area.offset + offset, reads, damaged };
}

function headerNote(area: FlashArea, bytes: Uint8Array): FlashNote {
  const header = decodeHeader(bytes.subarray(0, HEADER_LENGTH));
  const isBlank = bytes.subarray(0, HEADER_LENGTH).every((byte) => byte === BLANK);
  if (isBlank) return note(area, 0, 'image header', 'blank');
  const isValid = header?.magic === HEADER_MAGIC;
  const reads = isValid ? `version ${formatVersion(header.version)}` : 'no image magic';
  return note(area, 0, 'image header', reads, !isValid);
}

function journalText(bytes: Uint8Array, trailer: TrailerShape): string {
  const { status, swapSize } = trailerOffsets(trailer);
  const cells = (swapSize - status) / trailer.writeSize;
  let written = 0;
  for (let cell = 0; cell < cells; cell++) {
    if (bytes[status + cell * trailer.writeSize] !== BLANK) written += 1;
  }
  return `${written} of ${cells} cells written`;
}

function slotNotes(area: FlashArea, bytes: Uint8Array, trailer: TrailerShape): readonly FlashNote[] {
  const at = trailerOffsets(trailer);
  const { magic, imageOk, copyDone } = readSwapState(bytes, trailer);
  const info = bytes[at.swapInfo] ?? BLANK;
  const type = info === BLANK ? 'blank' : (SWAP_TYPES[(info & 0xf) - 1] ?? `0x${info.toString(16)}`);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at.swapSize, true);
  return [
    headerNote(area, bytes),
    note(area, at.magic, 'magic', WORDS[magic], magic === 'bad'),
    note(area, at.imageOk, 'image_ok', WORDS[imageOk], imageOk === 'bad'),
    note(area, at.copyDone, 'copy_done', WORDS[copyDone], copyDone === 'bad'),
    note(area, at.swapInfo, 'swap_info', type),
    note(area, at.swapSize, 'swap_size', size === 0xffff_ffff ? 'blank' : `${size} bytes`),
    note(area, at.status, 'journal', journalText(bytes, trailer)),
  ];
}

/** What MCUboot, built by this profile, would read in its slots: image headers and trailers. */
export function readTrailers(
  profile: McubootProfile,
  flash: Uint8Array,
  { primary, secondary, flash: chip }: McubootPlace = { ...layoutOf(profile), flash: shape },
): readonly FlashNote[] {
  return [primary, secondary].flatMap((area) => {
    const bytes = flash.subarray(area.offset, area.offset + area.size);
    const trailer = { ...trailerOf(profile), slotSize: area.size, writeSize: chip.word };
    return slotNotes(area, bytes, trailer);
  });
}
