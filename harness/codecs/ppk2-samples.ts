import { PPK2_NOMINAL, PPK2_RANGES, type Ppk2Calibration } from '#codecs/ppk2-calibration.ts';

/** The kit takes so many samples a second. */
export const PPK2_RATE = 100_000;

/** One sample: 32 bits, little-endian. */
const SIZE = 4;
/** Volts a step of the converter (1.8 V, 14 bits and two of averaging, by the vendor's application). */
const STEP = 1.8 / 163_840;
/** After a change of range the readings swing: so many samples are averaged with what went before. */
const SPIKE = { alpha: 0.18, alphaTop: 0.06, samples: 3 } as const;
const TOP = PPK2_RANGES - 1;

export interface Ppk2Sample {
  /** Current through the board, microamperes. */
  readonly microamps: number;
  /** Logic inputs D0 to D7, a bit each. */
  readonly logic: number;
  /** Counts up modulo 64; a gap means that samples were lost. */
  readonly counter: number;
}

/**
 * Reads what the kit sends while it measures: bits 0-13 reading, 14-16 range, 18-23 counter, 24-31 logic inputs. The
 * conversion and the averaging after a change of range are those of the vendor's application (serialDevice.ts).
 */
export class Ppk2Reader {
  readonly #calibration: Ppk2Calibration;
  readonly #volts: number;
  #rest: Uint8Array = new Uint8Array();
  #average: number | null = null;
  #averageTop: number | null = null;
  #range: number | null = null;
  #sinceChange = 0;
  #toAverage = 0;

  constructor(calibration: Ppk2Calibration, millivolts: number) {
    this.#calibration = calibration;
    this.#volts = millivolts / 1000;
  }

  /** Samples in the next bytes; a sample cut in two waits for its rest. */
  push(bytes: Uint8Array): readonly Ppk2Sample[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const whole = all.length - (all.length % SIZE);
    this.#rest = all.slice(whole);
    const view = new DataView(all.buffer);
    return Array.from({ length: whole / SIZE }, (_, index) =>
      this.#sample(view.getUint32(index * SIZE, true)),
    );
  }

  #sample(word: number): Ppk2Sample {
    const range = Math.min((word >>> 14) & 7, TOP);
    const reading = (word & 0x3fff) * 4;
    const amps = this.#calm(range, this.#amps(range, reading));
    return { microamps: amps * 1e6, logic: word >>> 24, counter: (word >>> 18) & 0x3f };
  }

  #amps(range: number, reading: number): number {
    const of = (name: keyof Ppk2Calibration) =>
      this.#calibration[name][range] ?? PPK2_NOMINAL[name][range] ?? 0;
    const raw = (reading - of('o')) * (STEP / of('r'));
    return of('ug') * (raw * (of('gs') * raw + of('gi')) + (of('s') * this.#volts + of('i')));
  }

  /** Right after a change of range a running average stands in for the reading; the top range takes a slower one. */
  #calm(range: number, amps: number): number {
    const before = [this.#average, this.#averageTop] as const;
    this.#average = mixed(this.#average, amps, SPIKE.alpha);
    this.#averageTop = mixed(this.#averageTop, amps, SPIKE.alphaTop);
    const changed = this.#range !== null && this.#range !== range;
    this.#range = range;
    if (!changed && this.#toAverage === 0) return amps;
    this.#sinceChange = changed ? 0 : this.#sinceChange + 1;
    this.#toAverage = (changed ? SPIKE.samples : this.#toAverage) - 1;
    if (range !== TOP) return this.#average;
    if (this.#sinceChange < 2) [this.#average, this.#averageTop] = before;
    return this.#averageTop ?? amps;
  }
}

function mixed(average: number | null, value: number, alpha: number): number {
  return average === null ? value : alpha * value + (1 - alpha) * average;
}

/** What a board drew while it was measured. */
export interface Ppk2Load {
  readonly samples: number;
  readonly averageUa: number;
  readonly peakUa: number;
}

/** Average and peak of samples; null for none. */
export function ppk2Load(samples: readonly Ppk2Sample[]): Ppk2Load | null {
  if (samples.length === 0) return null;
  let sum = 0;
  let peakUa = -Infinity;
  for (const { microamps } of samples) {
    sum += microamps;
    peakUa = Math.max(peakUa, microamps);
  }
  return { samples: samples.length, averageUa: sum / samples.length, peakUa };
}
