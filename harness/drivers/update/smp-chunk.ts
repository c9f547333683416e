import { hash } from 'node:crypto';
import type { CborValue } from '#codecs/cbor.ts';
import { encodeSmp, IMAGE_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';

/** Members of a request. */
export type Members = readonly (readonly [string, CborValue])[];

/** A request for the bytes from `start` up to `end`. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly members: Members;
}

/** What an upload is asked of the server, besides the bytes. */
export interface ChunkOptions {
  /** Longest packet. */
  readonly limit: number;
  /** Image number, where the board has several; the first where left out. */
  readonly image?: number;
}

/** The command that a chunk is sent with. */
export const UPLOAD = { op: SMP_OP.write, group: SMP_GROUP.image, command: IMAGE_COMMAND.upload } as const;

/** Least bytes of the first chunk: the server wants a whole image header (smp.md section 7). */
const LEAST = 32;
/** Three bytes cover the longest head of a byte string of this size; the empty one has one of them already. */
const LONG_HEAD = 2;

/** Cuts an image into requests that fill the server's buffer in whole words; the session is named by its SHA-256. */
export class ChunkCutter {
  readonly #image: Uint8Array;
  readonly #options: ChunkOptions;

  constructor(image: Uint8Array, options: ChunkOptions) {
    this.#image = image;
    this.#options = options;
  }

  at(start: number): Chunk {
    const head = this.#head(start);
    const room = Math.max(LEAST, this.#options.limit - overheadOf(head));
    const data = this.#image.subarray(start, start + room - (room % 8));
    return { start, end: start + data.length, members: [...head, ['data', data]] };
  }

  #head(start: number): Members {
    if (start > 0) return [['off', start]];
    const { image } = this.#options;
    return [
      ...(image === undefined ? [] : [['image', image] as const]),
      ['len', this.#image.length],
      ['sha', hash('sha256', this.#image, 'buffer')],
      ['off', 0],
    ];
  }
}

function overheadOf(head: Members): number {
  const address = { ...UPLOAD, version: 1, sequence: 0 };
  return encodeSmp(address, [...head, ['data', new Uint8Array()]]).length + LONG_HEAD;
}
