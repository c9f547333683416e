import { APP_DESCRIPTOR_AT } from '#codecs/esp-app-desc.ts';
import { decodeEspHeader, ESP_HEADER_LENGTH, type EspHeader } from '#codecs/esp-header.ts';
import { checksumOffset, ESP_DIGEST_LENGTH, ESP_IMAGE_MAGIC, ESP_MAX_SEGMENTS } from '#codecs/esp-image.ts';
import { SIGNATURE_SECTOR_LENGTH } from '#codecs/esp-signature-block.ts';
import type { PartitionRow } from '#codecs/esp-partition.ts';
import { secureVersionAllowed } from '#virtual/esp-idf/anti-rollback.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import { secureBootEnabled } from '#virtual/esp-idf/fuses.ts';
import {
  isStop,
  refused,
  type FlashSegment,
  type LoadedImage,
  type Stop,
} from '#virtual/esp-idf/loaded-image.ts';
import { MAX_PARTITION } from '#virtual/esp-idf/partitions.ts';
import { walkSegments } from '#virtual/esp-idf/segments.ts';
import { signatureAt, signatureGood, simpleHashGood } from '#virtual/esp-idf/signed-image.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** Verifying in the application, loading in the boot loader, or loading without a look. */
export type CheckMode = 'verify' | 'load' | 'load-unverified';

/** Checks an image in a partition in the order of esp_image_format.c; what it refuses is said on the console. */
export function checkImage(
  traits: EspTraits,
  partition: PartitionRow,
  mode: CheckMode,
  console: Console,
): LoadedImage | Stop {
  const result = check(traits, partition, mode, console);
  if (isStop(result) && result.stop === 'refused' && result.text !== '') {
    console.log('E', result.tag, result.text);
  }
  return result;
}

function check(
  traits: EspTraits,
  partition: PartitionRow,
  mode: CheckMode,
  console: Console,
): LoadedImage | Stop {
  const header = readHeader(traits, partition, mode);
  if (isStop(header)) return header;
  const load = mode !== 'verify';
  // These flaws live in the boot loader alone: it cannot be updated, the application can.
  const leftOut = load ? traits.flaws : NOTHING;
  const segments = walkSegments(traits, partition.offset, header, { load, leftOut }, console);
  if (isStop(segments)) return segments;
  const image = measure(partition.offset, header, segments);
  if (image.end > traits.storage.shape.size)
    return refused(`bootloader_flash_read failed at 0x${image.end.toString(16)}`);
  return verify(traits, partition, image, mode, console) ?? image;
}

function readHeader(traits: EspTraits, partition: PartitionRow, mode: CheckMode): EspHeader | Stop {
  if (partition.size > MAX_PARTITION) {
    return refused(`partition size 0x${partition.size.toString(16)} invalid, larger than 16MB`);
  }
  const { offset } = partition;
  const header = decodeEspHeader(traits.flash.view(offset, offset + ESP_HEADER_LENGTH));
  if (header === null) return refused(`bootloader_flash_read failed at 0x${offset.toString(16)}`);
  if (mode === 'load-unverified') return header;
  return headerConflict(traits, offset, header, mode === 'load' ? traits.flaws : NOTHING) ?? header;
}

/** `verify_image_header`. */
function headerConflict(
  traits: EspTraits,
  offset: number,
  header: EspHeader,
  leftOut: ReadonlySet<string>,
): Stop | null {
  const { flaws } = traits;
  const name = `image at 0x${offset.toString(16)}`;
  if (header.magic !== ESP_IMAGE_MAGIC && !flaws.has('esp-idf/magic-not-checked')) {
    return refused(`${name} has invalid magic byte (nothing flashed here?)`);
  }
  const wrongChip = chipConflict(traits, header);
  if (wrongChip !== null) return refused(wrongChip, 'boot_comm');
  if (header.segmentCount <= ESP_MAX_SEGMENTS || leftOut.has('esp-idf/segment-count-trusted')) return null;
  return refused(`${name} segment count ${header.segmentCount} exceeds max ${ESP_MAX_SEGMENTS}`);
}

/** `bootloader_common_check_chip_validity`. */
function chipConflict(traits: EspTraits, header: EspHeader): string | null {
  const { flaws } = traits;
  const { chipId, revision } = traits.chip;
  if (header.chipId !== chipId && !flaws.has('esp-idf/chip-id-not-checked'))
    return `mismatch chip ID, expected ${chipId}, found ${header.chipId}`;
  const { minChipRevision: min, maxChipRevision: max } = header;
  const found = `found v${version(revision)}.`;
  if (revision < min && !flaws.has('esp-idf/min-revision-not-checked'))
    return `chip revision check failed. Required >= v${version(min)}, ${found}`;
  const limited = max !== 0 && max !== 0xffff && !flaws.has('esp-idf/max-revision-not-checked');
  if (limited && revision > max) {
    return `chip revision check failed. Required <= v${version(max)}, ${found}`;
  }
  return null;
}

function version(revision: number): string {
  return `${Math.floor(revision / 100)}.${revision % 100}`;
}

function measure(start: number, header: EspHeader, segments: readonly FlashSegment[]): LoadedImage {
  const last = segments.at(-1);
  const dataEnd = last === undefined ? start + ESP_HEADER_LENGTH : last.at + last.length;
  const checksumEnd = start + checksumOffset(dataEnd - start) + 1;
  const end = checksumEnd + (header.hashAppended === 0 ? 0 : ESP_DIGEST_LENGTH);
  return { start, header, segments, checksumEnd, end };
}

/** Everything behind the segments: checksum, length, signature or hash, secure version. Null when all is well. */
function verify(
  traits: EspTraits,
  partition: PartitionRow,
  image: LoadedImage,
  mode: CheckMode,
  console: Console,
): Stop | null {
  const { flash } = traits;
  const verifying = mode !== 'load-unverified';
  const [stored = 0] = flash.view(image.checksumEnd - 1, image.checksumEnd);
  const summing = verifying && !traits.flaws.has('esp-idf/checksum-not-checked');
  const calculated = summing ? checksum(traits, image.segments) : stored;
  if (calculated !== stored) {
    return refused(`Checksum failed. Calculated 0x${calculated.toString(16)} read 0x${stored.toString(16)}`);
  }
  const signed = secureBootEnabled(traits.storage);
  const end = signed ? signatureAt(image) + SIGNATURE_SECTOR_LENGTH : image.end;
  if (end - image.start > partition.size) {
    return refused(`Image length ${end - image.start} doesn't fit in partition length ${partition.size}`);
  }
  if (!verifying) return null;
  const checked = signed && !traits.flaws.has('esp-idf/no-signature-check');
  const good = checked
    ? signatureGood(traits, image, mode === 'load', console)
    : simpleHashGood(traits, image, console);
  if (!good) return refused('');
  return mode === 'load' && !loadedVersionAllowed(traits, image) ? refused('') : null;
}

/** The secure version once more, of what was just verified (the fix for CVE-2024-28183). */
function loadedVersionAllowed(traits: EspTraits, image: LoadedImage): boolean {
  if (!traits.antiRollback || traits.flaws.has('esp-idf/bootloader-skips-secure-version')) return true;
  const { flash } = traits;
  const at = image.start + APP_DESCRIPTOR_AT;
  const bytes = flash.view(at, at + 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return secureVersionAllowed(traits, view.getUint32(4, true));
}

/** XOR of all segment data, a word at a time, folded to a byte. */
function checksum(traits: EspTraits, segments: readonly FlashSegment[]): number {
  const { flash } = traits;
  const word = segments.reduce(
    (xor, { at, length }) => xor ^ traits.facts.segment(flash.view(at, at + length)).xor,
    0,
  );
  return (0xef ^ word ^ (word >>> 8) ^ (word >>> 16) ^ (word >>> 24)) & 0xff;
}
