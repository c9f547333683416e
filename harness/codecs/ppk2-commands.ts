/**
 * Commands to Nordic's Power Profiler Kit II, as its own application sends them (pc-nrfconnect-ppk, src/constants.ts,
 * src/device/abstractDevice.ts): one byte of operation, then its arguments.
 */
const OPERATION = {
  averageStart: 0x06,
  averageStop: 0x07,
  deviceRunning: 0x0c,
  regulator: 0x0d,
  powerMode: 0x11,
  metadata: 0x19,
  reset: 0x20,
} as const;

/** Voltages that the kit can supply, in millivolts. */
export const PPK2_VOLTS = { min: 800, max: 5000 } as const;

/** `ampere`: the board has a supply of its own, through the kit; `source`: the kit is the supply. */
export type Ppk2Mode = 'ampere' | 'source';

/** Asks for the calibration, as text. */
export const ppk2Metadata = (): Uint8Array => Uint8Array.of(OPERATION.metadata);

export const ppk2Start = (): Uint8Array => Uint8Array.of(OPERATION.averageStart);

export const ppk2Stop = (): Uint8Array => Uint8Array.of(OPERATION.averageStop);

export const ppk2Reset = (): Uint8Array => Uint8Array.of(OPERATION.reset);

/** Connects the board under test to its supply, or cuts it off. */
export function ppk2Power(on: boolean): Uint8Array {
  return Uint8Array.of(OPERATION.deviceRunning, on ? 1 : 0);
}

export function ppk2Mode(mode: Ppk2Mode): Uint8Array {
  return Uint8Array.of(OPERATION.powerMode, mode === 'source' ? 2 : 1);
}

/** Voltage in millivolts, as two bytes, the high one first. RangeError beyond `PPK2_VOLTS`: nothing is rounded into it. */
export function ppk2Voltage(millivolts: number): Uint8Array {
  const { min, max } = PPK2_VOLTS;
  if (!Number.isInteger(millivolts) || millivolts < min || millivolts > max) {
    throw new RangeError(`the PPK2 supplies ${min} to ${max} mV, not ${millivolts}`);
  }
  return Uint8Array.of(OPERATION.regulator, millivolts >> 8, millivolts & 0xff);
}
