import { createHash } from 'node:crypto';

/**
 * Bytes that one checksum covers. Adler-32 counts modulo 65521: within fewer bytes than that its two sums tell which
 * single byte was altered (see `locate`).
 */
export const BLOCK = 32 * 1024;

/** Largest prime below 2^16 (RFC 1950 8.2). */
export const MODULUS = 65521;

/** Bytes after which the sums must be reduced, so that they stay below 2^32 (RFC 1950 9: NMAX). */
const REDUCE = 5552;

/** What a seal keeps of a file. */
export interface FileSeal {
  readonly size: number;
  /** SHA-256, hex: whether the file is what it was. */
  readonly sha256: string;
  /** Adler-32 of each block of 32 KiB, 8 hex digits each: where it is not. */
  readonly sums: string;
}

/** Adler-32 (RFC 1950 8.2) of bytes that go on from others. */
function adler32(bytes: Uint8Array, before: number): number {
  let a = before & 0xffff;
  let b = before >>> 16;
  for (let from = 0; from < bytes.length; from += REDUCE) {
    const to = Math.min(bytes.length, from + REDUCE);
    for (let at = from; at < to; at++) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return b * 0x10000 + a;
}

/** The seal of a file that comes in pieces of any size. */
export function sealOf(chunks: Iterable<Uint8Array>): FileSeal {
  const sha256 = createHash('sha256');
  const sums: string[] = [];
  let [size, sum] = [0, 1];
  const close = () => {
    sums.push(sum.toString(16).padStart(8, '0'));
    sum = 1;
  };
  for (const chunk of chunks) {
    sha256.update(chunk);
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + BLOCK - (size % BLOCK));
      sum = adler32(part, sum);
      at += part.length;
      size += part.length;
      if (size % BLOCK === 0) close();
    }
  }
  if (size % BLOCK !== 0) close();
  return { size, sha256: sha256.digest('hex'), sums: sums.join('') };
}

/** Whether a value read from a file is a seal of a file. */
export function isFileSeal(value: unknown): value is FileSeal {
  if (typeof value !== 'object' || value === null) return false;
  const { size, sha256, sums } = value as Partial<FileSeal>;
  return (
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    typeof sha256 === 'string' &&
    /^[\da-f]{64}$/.test(sha256) &&
    typeof sums === 'string' &&
    sums.length === 8 * Math.ceil(size / BLOCK)
  );
}
