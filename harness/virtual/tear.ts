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

/**
 * What a write leaves when power goes inside it. NOR flash programs word by word in address order: a prefix of at least
 * one word is done. A write of a single word stops with some of its bits cleared.
 */
export function tornWrite(old: Uint8Array, data: Uint8Array, word: number, roll: Dice): Uint8Array {
  const result = old.slice();
  const words = data.length / word;
  const done = words > 1 ? (1 + roll(words - 1)) * word : 0;
  for (let i = 0; i < done; i++) result[i] = (old[i] ?? 0) & (data[i] ?? 0);
  if (words === 1) {
    for (let i = 0; i < word; i++) result[i] = (old[i] ?? 0) & ((data[i] ?? 0) | roll(256));
  }
  return result;
}

/** What a page erase leaves when power goes inside it: a leading part reads erased, the rest is as it was. */
export function tornErase(old: Uint8Array, word: number, roll: Dice): Uint8Array {
  const result = old.slice();
  result.fill(0xff, 0, (1 + roll(old.length / word - 1)) * word);
  return result;
}
