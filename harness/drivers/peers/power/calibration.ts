import type { Draw } from '#codecs/peers/draw.ts';

const RANGES = [0, 1, 2, 3, 4] as const;
const OHMS = [1031.64, 101.65, 10.15, 0.94, 0.043] as const;

/** A calibration as a kit tells it, with numbers around those of real kits. */
export function drawCalibration(random: Draw): string {
  const around = (middle: number, spread: number) =>
    (middle * (1 + (random.below(2001) - 1000) * spread)).toPrecision(7);
  const small = () => ((random.below(2001) - 1000) * 1e-9).toExponential(4);
  const row = (name: string, value: (range: number) => string) =>
    RANGES.map((range) => `${name}${range}: ${value(range)}`);
  return [
    'Calibrated: 1',
    ...row('R', (range) => around(OHMS[range] ?? 1, 1e-4)),
    ...row('GS', () => around(1, 1e-5)),
    ...row('GI', () => around(1, 1e-5)),
    ...row('O', () => String(random.below(400))),
    ...row('S', small),
    ...row('I', small),
    ...row('UG', () => around(1, 1e-5)),
    'VDD: 3000',
    'HW: 9173',
    'mode: 2',
    'IA: 56',
    'END',
  ].join('\n');
}

/** Samples as a kit sends them while a board sleeps and wakes: runs of readings in one range, then in another. */
export function drawSamples(random: Draw, count: number): Uint8Array {
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  let range = random.below(5);
  for (let index = 0; index < count; index++) {
    if (random.chance(8)) range = random.below(5);
    const reading = random.below(1 << 14);
    const word = reading + range * 2 ** 14 + (index % 64) * 2 ** 18 + random.below(256) * 2 ** 24;
    view.setUint32(index * 4, word, true);
  }
  return bytes;
}
