/** All whole numbers below `length`, so ordered that any first few of them lie far apart: by their bits in reverse. */
export function farApart(length: number): readonly number[] {
  const bits = length < 2 ? 0 : Math.ceil(Math.log2(length));
  const numbers = Array.from({ length: 2 ** bits }, (_, index) => reversed(index, bits));
  return numbers.filter((number) => number < length);
}

function reversed(number: number, bits: number): number {
  let mirrored = 0;
  for (let bit = 0; bit < bits; bit++) mirrored = mirrored * 2 + (Math.floor(number / 2 ** bit) % 2);
  return mirrored;
}
