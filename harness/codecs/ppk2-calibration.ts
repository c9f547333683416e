import { BenchError } from '#core/errors.ts';

/** Measuring ranges of the kit, each with a shunt of its own. */
export const PPK2_RANGES = 5;
/** Longest calibration text: the kit's own has some 500 bytes. */
const MOST = 16_384;

/** Numbers of one kit, one a range; names as in its calibration text. */
export interface Ppk2Calibration {
  /** Shunt, ohm. */
  readonly r: readonly number[];
  readonly gs: readonly number[];
  readonly gi: readonly number[];
  readonly o: readonly number[];
  readonly s: readonly number[];
  readonly i: readonly number[];
  /** Gains that the owner set. */
  readonly ug: readonly number[];
}

/** What an uncalibrated kit is taken for (pc-nrfconnect-ppk, src/device/serialDevice.ts). */
export const PPK2_NOMINAL: Ppk2Calibration = {
  r: [1031.64, 101.65, 10.15, 0.94, 0.043],
  gs: [1, 1, 1, 1, 1],
  gi: [1, 1, 1, 1, 1],
  o: [0, 0, 0, 0, 0],
  s: [0, 0, 0, 0, 0],
  i: [0, 0, 0, 0, 0],
  ug: [1, 1, 1, 1, 1],
};

/** What a kit says of itself. */
export interface Ppk2About {
  readonly calibrated: boolean;
  /** Hardware revision as it says it; null where it does not. */
  readonly hardware: string | null;
  readonly calibration: Ppk2Calibration;
}

/**
 * The answer to a request for metadata: lines `R0: 1031.64`, ended by `END`. Null while it is not whole; numbers that are
 * missing, zero or not a number (`-nan`) keep their nominal value, as in the vendor's application. BenchError for a text
 * without end.
 */
export function ppk2About(received: Uint8Array): Ppk2About | null {
  const text = new TextDecoder('latin1').decode(received.subarray(0, MOST));
  const end = text.indexOf('END');
  if (end === -1) {
    if (received.length >= MOST) throw endless(text);
    return null;
  }
  const values = new Map(
    text
      .slice(0, end)
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()] as const),
  );
  return {
    calibrated: values.get('calibrated') === '1',
    hardware: values.get('hw') ?? null,
    calibration: calibrationIn(values),
  };
}

function calibrationIn(values: ReadonlyMap<string, string>): Ppk2Calibration {
  const row = (name: keyof Ppk2Calibration) =>
    PPK2_NOMINAL[name].map((nominal, range) => Number(values.get(`${name}${range}`)) || nominal);
  return { r: row('r'), gs: row('gs'), gi: row('gi'), o: row('o'), s: row('s'), i: row('i'), ug: row('ug') };
}

function endless(text: string): BenchError {
  return new BenchError({
    code: 'ppk2-metadata',
    message: 'the PPK2 did not answer with its calibration',
    expected: 'lines of text, then END',
    got: JSON.stringify(text.slice(-80)),
    remedy: 'check that the port is the kit’s, unplug it and plug it in again',
  });
}
