import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** Random choices that a seed and a label decide. */
export interface Draw {
  /** Random bytes. */
  bytes(length: number): Uint8Array;
  /** Uniform enough in [0, n), n up to 2^32. */
  below(n: number): number;
  /** One of the values. RangeError where there are none. */
  pick<T>(values: readonly T[]): T;
  /** True once in so many times. */
  oneIn(n: number): boolean;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  /** Printable letters, 0 to `most` of them. */
  word(most: number): string;
}

/** The choices of one file of a sweep: SHA-256 of seed, label and a counter. */
export function draw(seed: number, label: string): Draw {
  let counter = 0;
  let pool = new Uint8Array();
  const bytes = (length: number) => {
    const blocks = [pool];
    for (let have = pool.length; have < length; have += 32) {
      blocks.push(sha256(utf8ToBytes(`${seed} ${label} ${counter}`)));
      counter += 1;
    }
    const all = concatBytes(...blocks);
    pool = all.slice(length);
    return all.slice(0, length);
  };
  const below = (n: number) => Number(new DataView(bytes(8).buffer).getBigUint64(0) % BigInt(n));
  return {
    bytes,
    below,
    pick: (values) => picked(values, below),
    oneIn: (n) => below(n) === 0,
    chance: (percent) => below(100) < percent,
    word: (most) => {
      const length = below(most + 1);
      return Buffer.from(bytes(length)).toString('base64url').slice(0, length);
    },
  };
}

function picked<T>(values: readonly T[], below: (n: number) => number): T {
  if (values.length === 0) throw new RangeError('nothing to pick from');
  return values[below(values.length)] as T;
}
