import { ESP_HEADER_LENGTH } from '#codecs/esp-header.ts';
import { ESP_DIGEST_LENGTH, ESP_SEGMENT_HEADER_LENGTH, type EspSegment } from '#codecs/esp-image.ts';
import { V1_TRAILER_LENGTH } from '#codecs/esp-secure-boot-v1.ts';

/** Page of the cache's memory map; some chips can be set to smaller ones. */
export const MMU_PAGE = 0x10000;

/** The block of 16 that ends with the checksum; keeping it free makes the length exact. */
const CHECKSUM_BLOCK = 16;
/** V1: digest, trailer, and 12 bytes that round the trailer up to 16. V2: the sector lies behind the page boundary. */
const BEHIND = { 1: ESP_DIGEST_LENGTH + V1_TRAILER_LENGTH + 12, 2: ESP_DIGEST_LENGTH } as const;

/**
 * Segments with the zero segment that Secure Boot wants at the end (`--secure-pad`, `--secure-pad-v2`), so that the whole of
 * the last mapped page is signed. A digest must be appended; the header has to count one segment more.
 */
export function securePadded(
  segments: readonly EspSegment[],
  secureBoot: 1 | 2,
  page = MMU_PAGE,
): readonly EspSegment[] {
  const used = segments.reduce(
    (sum, { data }) => sum + ESP_SEGMENT_HEADER_LENGTH + data.length,
    ESP_HEADER_LENGTH + ESP_SEGMENT_HEADER_LENGTH,
  );
  const length = (2 * page - (used % page) - CHECKSUM_BLOCK - BEHIND[secureBoot]) % page;
  return [...segments, { loadAddress: 0, length, data: new Uint8Array(length) }];
}
