import { hash } from 'node:crypto';
import { ContentMemo } from '#virtual/content-memo.ts';

const ERASED = 0xffffffff;
/** Golden image, update, and what a cut makes of them; each has about four segments. */
const IMAGES = 4;

/** What has to be computed over the bulk of an image, remembered by content. */
export class ImageFacts {
  readonly #digests = new ContentMemo((content) => hash('sha256', content, 'buffer'), IMAGES);
  readonly #segments = new ContentMemo(segmentFacts, 4 * IMAGES);

  sha256(content: Uint8Array): Uint8Array {
    return this.#digests.of(content);
  }

  /** Of segment data, whose length and address are multiples of 4: XOR of its words, and whether one reads as erased. */
  segment(data: Uint8Array): SegmentFacts {
    return this.#segments.of(data);
  }
}

interface SegmentFacts {
  readonly xor: number;
  readonly erased: boolean;
}

function segmentFacts(data: Uint8Array): SegmentFacts {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
  let xor = 0;
  for (const word of words) xor ^= word;
  return { xor, erased: words.includes(ERASED) };
}
