/** Order of P-256 (SEC 2, section 2.4.2). */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** r and s of a signature, whatever their values. */
export interface Halves {
  readonly r: bigint;
  readonly s: bigint;
}

/** The halves of a signature that was just made: short lengths, and integers in order. */
export function halvesOf(der: Uint8Array): Halves {
  const first = 4 + (der[3] ?? 0);
  return { r: numberOf(der.subarray(4, first)), s: numberOf(der.subarray(first + 2)) };
}

/** The DER of any two numbers that are not negative. */
export function derOf(r: bigint, s: bigint): Uint8Array {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Uint8Array.from([SEQUENCE, body.length, ...body]);
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** A leading zero keeps the number from reading as a negative one. */
function integer(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(INTEGER, padded.length), padded]);
}
