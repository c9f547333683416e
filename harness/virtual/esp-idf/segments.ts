import { APP_DESCRIPTOR_LENGTH } from '#codecs/esp-app-desc.ts';
import type { EspHeader } from '#codecs/esp-header.ts';
import { ESP_HEADER_LENGTH } from '#codecs/esp-header.ts';
import { ESP_MAX_SEGMENTS, ESP_SEGMENT_HEADER_LENGTH } from '#codecs/esp-image.ts';
import { blockConflict } from '#virtual/esp-idf/block-revision.ts';
import { hex8, type Console } from '#virtual/esp-idf/console.ts';
import { isStop, refused, type FlashSegment, type Stop } from '#virtual/esp-idf/loaded-image.ts';
import { loadConflict, MMU_PAGE, placement } from '#virtual/esp-idf/memory-map.ts';
import { MAX_PARTITION } from '#virtual/esp-idf/partitions.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** Magic word and secure version of the description, which are read before anything else of it. */
const SECURE_VERSION_END = 8;

/** What the loader does with an image: only looks at it, or also copies it to RAM. */
export interface SegmentRules {
  readonly load: boolean;
  /** Flaws of a loader that leaves a check out. */
  readonly leftOut: ReadonlySet<string>;
}

/** Walks the segment headers of an image at `start` in the loader's order of checks, printing a line for each. */
export function walkSegments(
  traits: EspTraits,
  start: number,
  header: EspHeader,
  rules: SegmentRules,
  console: Console,
): readonly FlashSegment[] | Stop {
  const segments: FlashSegment[] = [];
  let at = start + ESP_HEADER_LENGTH;
  for (let i = 0; i < header.segmentCount; i++) {
    // The loader's table has no more places; only one that believes the count comes here.
    if (i === ESP_MAX_SEGMENTS) return { stop: 'panic', reason: 'StoreProhibited' };
    const segment = readSegment(traits, at);
    if (isStop(segment)) return segment;
    const stop = judge(traits, segment, i, rules);
    if (stop !== null) return stop;
    const conflict = place(traits, segment, i, rules, console);
    if (conflict !== null) return conflict;
    const block = i === 0 ? blockConflict(traits, segment) : null;
    if (block !== null) return block;
    if (segment.at + segment.length > traits.storage.shape.size) {
      return rules.leftOut.has('esp-idf/segment-length-trusted')
        ? { stop: 'panic', reason: 'LoadProhibited' }
        : refused(`bootloader_mmap(0x${segment.at.toString(16)}, 0x${segment.length.toString(16)}) failed`);
    }
    segments.push(segment);
    at = segment.at + segment.length;
  }
  return segments;
}

function readSegment(traits: EspTraits, at: number): FlashSegment | Stop {
  const { flash } = traits;
  if (at + ESP_SEGMENT_HEADER_LENGTH > flash.shape.size) {
    return refused(`bootloader_flash_read failed at 0x${hex8(at)}`);
  }
  const bytes = flash.view(at, at + ESP_SEGMENT_HEADER_LENGTH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, ESP_SEGMENT_HEADER_LENGTH);
  return {
    loadAddress: view.getUint32(0, true),
    length: view.getUint32(4, true),
    at: at + ESP_SEGMENT_HEADER_LENGTH,
  };
}

/** Length and alignment, as `verify_segment_header`. */
function judge(traits: EspTraits, segment: FlashSegment, index: number, rules: SegmentRules): Stop | null {
  const { length, loadAddress, at } = segment;
  if (length % 4 !== 0 || length >= MAX_PARTITION) {
    if (rules.leftOut.has('esp-idf/segment-length-trusted'))
      return { stop: 'panic', reason: 'LoadProhibited' };
    return refused(`invalid segment length 0x${length.toString(16)}`);
  }
  const short = index === 0 ? shortFirst(traits, length) : null;
  if (short !== null) return short;
  const mapped =
    placement(traits.chip.memory, loadAddress) === 'map' && !traits.flaws.has('esp-idf/mapping-not-checked');
  if (mapped && at % MMU_PAGE !== loadAddress % MMU_PAGE) {
    return refused(`Segment ${index} load address 0x${hex8(loadAddress)}, doesn't match data 0x${hex8(at)}`);
  }
  return null;
}

/**
 * The first segment holds the application description. Releases up to v6.0 do not ask whether it does: with anti-rollback they
 * take eight bytes off the length first, and a length below that turns into four gigabytes.
 */
function shortFirst(traits: EspTraits, length: number): Stop | null {
  if (length >= APP_DESCRIPTOR_LENGTH) return null;
  if (!traits.flaws.has('esp-idf/first-segment-underflow')) {
    return refused(`Segment 0: length 0x${length.toString(16)} is too short for app description`);
  }
  const wraps = traits.antiRollback && length > 0 && length < SECURE_VERSION_END;
  return wraps ? { stop: 'panic', reason: 'LoadProhibited' } : null;
}

/** Prints where a segment goes, and refuses it where the loader itself lives. */
function place(
  traits: EspTraits,
  segment: FlashSegment,
  index: number,
  rules: SegmentRules,
  console: Console,
): Stop | null {
  const { loadAddress, length, at } = segment;
  const { memory } = traits.chip;
  const kind = placement(memory, loadAddress);
  const load = rules.load && kind === 'load';
  const size = `${length.toString(16).padStart(5, '0')}h (${String(length).padStart(6)})`;
  const how = kind === 'load' && !load ? '' : kind;
  console.log(
    'I',
    'esp_image',
    `segment ${index}: paddr=${hex8(at)} vaddr=${hex8(loadAddress)} size=${size} ${how}`,
  );
  if (!load) return null;
  const conflict = loadConflict(memory, loadAddress, loadAddress + length);
  if (conflict === null) return null;
  // A loader that copies what it is told overwrites its own stack or code.
  if (rules.leftOut.has('esp-idf/segment-address-trusted'))
    return { stop: 'panic', reason: 'IllegalInstruction' };
  const range = `0x${hex8(loadAddress)}-0x${hex8(loadAddress + length)}`;
  return refused(`Segment ${index} ${range} invalid: ${conflict}`);
}
