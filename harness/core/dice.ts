/** A seeded stream of numbers in [0, n): the only randomness of simulated silicon. */
export type Dice = (n: number) => number;

/** Small deterministic generator (mulberry32, public domain by T. Ettinger); one seed, one stream. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * n);
  };
}

/** A seed for one of many things that hang on the same seed. */
export function seedFor(seed: number, ...which: readonly number[]): number {
  return which.reduce((mixed, part) => dice(mixed + Math.imul(part, 0x9e37_79b1))(0x1_0000_0000), seed);
}
