import { createCipheriv, createDecipheriv } from 'node:crypto';
import { UsageError } from '#core/errors.ts';

/** Bytes that share a tweak. */
const DATA_UNIT = 128;
const BLOCK = 16;
const KEY_LENGTH = 32;

/** XTS-AES-128 as the ESP32-S3 and its kin encrypt flash: units of 128 bytes, tweaked by their address, bytes in reverse order. */
export class FlashCipher {
  /** Bytes that can be written at a time. */
  readonly unit = BLOCK;
  readonly #key: Uint8Array;

  /** UsageError unless the key has 32 bytes, both halves of XTS. */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_LENGTH) throw keyLength(key.length);
    this.#key = key;
  }

  /** Ciphertext of bytes at an address; both multiples of 16. */
  encrypt(address: number, plain: Uint8Array): Uint8Array {
    return this.#run(address, plain, (tweak) => createCipheriv('aes-128-xts', this.#key, tweak));
  }

  /** What ciphertext at an address reads as. */
  decrypt(address: number, content: Uint8Array): Uint8Array {
    return this.#run(address, content, (tweak) => createDecipheriv('aes-128-xts', this.#key, tweak));
  }

  #run(
    address: number,
    bytes: Uint8Array,
    open: (tweak: Uint8Array) => { update(data: Uint8Array): Uint8Array },
  ): Uint8Array {
    const before = address % DATA_UNIT;
    const padded = new Uint8Array(Math.ceil((before + bytes.length) / DATA_UNIT) * DATA_UNIT);
    padded.set(bytes, before);
    for (let at = 0; at < padded.length; at += DATA_UNIT) {
      const tweak = new Uint8Array(BLOCK);
      new DataView(tweak.buffer).setUint32(0, address - before + at, true);
      const unit = padded.subarray(at, at + DATA_UNIT);
      unit.set(open(tweak).update(unit.toReversed()).toReversed());
    }
    return padded.slice(before, before + bytes.length);
  }
}

function keyLength(got: number): UsageError {
  return new UsageError({
    code: 'flash-key-length',
    message: 'the key does not fit XTS-AES-128',
    expected: `${KEY_LENGTH} bytes`,
    got: `${got} bytes`,
    remedy: 'give both halves of the key',
  });
}
