import { dice } from '#core/dice.ts';

/** What RAM holds when power comes back: nothing that was there before, and the same for the same seed. */
export function ramGarbage(length: number, seed: number): Uint8Array {
  const roll = dice(seed);
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, () => roll(2 ** 32));
  return new Uint8Array(words.buffer).subarray(0, length);
}
