/** Clears the bits that `data` has clear, as NOR flash does; four bytes at a time where both lie so in memory. */
export function program(target: Uint8Array, data: Uint8Array): void {
  const isWhole = ((target.byteOffset | data.byteOffset | data.length) & 3) === 0;
  const words = isWhole ? data.length / 4 : 0;
  const to = isWhole ? new Uint32Array(target.buffer, target.byteOffset, words) : target;
  const from = isWhole ? new Uint32Array(data.buffer, data.byteOffset, words) : data;
  for (let i = 0; i < from.length; i++) to[i] = (to[i] ?? 0) & (from[i] ?? 0);
}
