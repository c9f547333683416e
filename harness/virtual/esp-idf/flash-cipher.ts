import { createCipheriv, createDecipheriv } from 'node:crypto';
import { UsageError } from '#core/errors.ts';

/** Bytes that share a tweak. */
const DATA_UNIT = 128;
const BLOCK = 16;
const HALF_KEY = 16;
/** x^128 = x^7 + x^2 + x + 1 in the field of XTS (IEEE 1619). */
const REDUCTION = 0x87;

/**
 * XTS-AES-128 as the ESP32-S3 and its kin encrypt flash: units of 128 bytes, tweaked by their address, bytes in reverse order.
 * A call is two runs of AES over all its blocks, since opening a cipher costs more than a unit.
 */
export class FlashCipher {
  /** Bytes that can be written at a time. */
  readonly unit = BLOCK;
  readonly #dataKey: Uint8Array;
  readonly #tweakKey: Uint8Array;

  /** UsageError unless the key has 32 bytes, both halves of XTS. */
  constructor(key: Uint8Array) {
    if (key.length !== 2 * HALF_KEY) throw keyLength(key.length);
    this.#dataKey = key.slice(0, HALF_KEY);
    this.#tweakKey = key.slice(HALF_KEY);
  }

  /** Ciphertext of bytes at an address; both multiples of 16. */
  encrypt(address: number, plain: Uint8Array): Uint8Array {
    return this.#run(address, plain, createCipheriv);
  }

  /** What ciphertext at an address reads as. */
  decrypt(address: number, content: Uint8Array): Uint8Array {
    return this.#run(address, content, createDecipheriv);
  }

  #run(
    address: number,
    bytes: Uint8Array,
    open: typeof createCipheriv | typeof createDecipheriv,
  ): Uint8Array {
    const before = address % DATA_UNIT;
    const padded = new Uint8Array(Math.ceil((before + bytes.length) / DATA_UNIT) * DATA_UNIT);
    padded.set(bytes, before);
    const tweaks = this.#tweaks(address - before, padded.length);
    const masked = xored(reversedUnits(padded), tweaks);
    const aes = open('aes-128-ecb', this.#dataKey, null).setAutoPadding(false);
    const done = reversedUnits(xored(aes.update(masked), tweaks));
    return done.slice(before, before + bytes.length);
  }

  /** The mask of every block: the tweak of its unit under the second key, times x for each block before it. */
  #tweaks(address: number, length: number): Uint8Array {
    const first = new Uint8Array((length / DATA_UNIT) * BLOCK);
    const view = new DataView(first.buffer);
    for (let unit = 0; unit * DATA_UNIT < length; unit++) {
      view.setUint32(unit * BLOCK, address + unit * DATA_UNIT, true);
    }
    const aes = createCipheriv('aes-128-ecb', this.#tweakKey, null).setAutoPadding(false);
    const encrypted = aes.update(first);
    const tweaks = new Uint8Array(length);
    for (let at = 0; at < length; at += BLOCK) {
      if (at % DATA_UNIT === 0) tweaks.set(encrypted.subarray(at / 8, at / 8 + BLOCK), at);
      else double(tweaks, at - BLOCK, at);
    }
    return tweaks;
  }
}

/** Multiplies the block at `from` by x into the block at `to`, least significant byte first. */
function double(bytes: Uint8Array, from: number, to: number): void {
  let carry = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = bytes[from + i] ?? 0;
    bytes[to + i] = ((byte << 1) & 0xff) | carry;
    carry = byte >> 7;
  }
  if (carry === 1) bytes[to] = (bytes[to] ?? 0) ^ REDUCTION;
}

function reversedUnits(bytes: Uint8Array): Uint8Array {
  const reversed = new Uint8Array(bytes);
  for (let at = 0; at < reversed.length; at += DATA_UNIT) reversed.subarray(at, at + DATA_UNIT).reverse();
  return reversed;
}

function xored(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < result.length; i++) result[i] = (bytes[i] ?? 0) ^ (mask[i] ?? 0);
  return result;
}

function keyLength(got: number): UsageError {
  return new UsageError({
    code: 'flash-key-length',
    message: 'the key does not fit XTS-AES-128',
    expected: `${2 * HALF_KEY} bytes`,
    got: `${got} bytes`,
    remedy: 'give both halves of the key',
  });
}
