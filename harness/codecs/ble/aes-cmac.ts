import { createCipheriv } from 'node:crypto';

const BLOCK = 16;

/** One block of AES-128, most significant byte first. */
export function aes128(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Uint8Array.from(Buffer.concat([cipher.update(block), cipher.final()]));
}

/** AES-CMAC with a 128-bit key (RFC 4493). */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const once = doubled(aes128(key, new Uint8Array(BLOCK)));
  const isWhole = message.length > 0 && message.length % BLOCK === 0;
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  if (!isWhole) padded[message.length] = 0x80;
  const subkey = isWhole ? once : doubled(once);
  for (let index = 0; index < BLOCK; index++) {
    const at = padded.length - BLOCK + index;
    padded[at] = (padded[at] ?? 0) ^ (subkey[index] ?? 0);
  }
  let state = new Uint8Array(BLOCK);
  for (let at = 0; at < padded.length; at += BLOCK) {
    state = Uint8Array.from(aes128(key, xor(state, padded.subarray(at, at + BLOCK))));
  }
  return state;
}

/** Bytes of equal length, bit by bit. */
export function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, index) => byte ^ (right[index] ?? 0));
}

/** Twice the value in the field of 2^128 (RFC 4493 2.3). */
function doubled(block: Uint8Array): Uint8Array {
  const carry = (block[0] ?? 0) >> 7;
  return block.map((byte, index) => {
    const next = (block[index + 1] ?? 0) >> 7;
    const low = index === BLOCK - 1 ? carry * 0x87 : 0;
    return (((byte << 1) & 0xff) | next) ^ low;
  });
}
