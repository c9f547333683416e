import { sha256Hex } from '#core/digest.ts';

/** A seeded stream of random numbers; everything random in a campaign comes from one of these. */
export interface Rng {
  /** Next 32 bits. */
  u32(): number;
  /** Uniform in [0, n); 0 for n < 2. */
  below(n: number): number;
  /** Random bytes. */
  bytes(length: number): Uint8Array;
  /** One of the values; they must not be none. */
  pick<T>(values: readonly [T, ...T[]]): T;
}

/**
 * The stream of a campaign's seed and a label: SHA-256 of both seeds sfc32 (C. Doty-Humphrey's small fast counter, public
 * domain). A case is a function of (seed, label) alone, so that it can be made again without the ones before it.
 */
export function rng(seed: number, label: string): Rng {
  const key = sha256Hex(`${seed} ${label}`);
  const word = (index: number) => Number.parseInt(key.slice(8 * index, 8 * index + 8), 16);
  let [a, b, c, counter] = [word(0), word(1), word(2), word(3)];
  const u32 = () => {
    const sum = (((a + b) | 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  const below = (n: number) => (n < 2 ? 0 : Math.floor((u32() / 0x1_0000_0000) * n));
  return {
    u32,
    below,
    bytes: (length) => Uint8Array.from({ length }, () => u32() >>> 24),
    pick: (values) => values[below(values.length)] ?? values[0],
  };
}

/** A 31-bit seed for something else, derived from a campaign's seed and a label. */
export function derivedSeed(seed: number, label: string): number {
  return rng(seed, label).u32() >>> 1;
}
