import { TLV } from '#codecs/mcuboot-tlv.ts';
import type { Encryption } from '#virtual/mcuboot/profile.ts';

/** The one entry that a build takes image keys from. */
export interface KeyEntry {
  readonly type: number;
  /** Bytes; an entry of another length is refused. */
  readonly length: number;
}

/** Public key and tag of the ECIES kinds. */
const EC256 = 65 + 32;
const X25519 = 32 + 32;
const RSA = 256;
/** AES key wrap adds its check value. */
const WRAPPING = 8;

export function entryOf({ kind, bits }: Encryption): KeyEntry {
  const key = bits / 8;
  switch (kind) {
    case 'rsa':
      return { type: TLV.encRsa2048, length: RSA };
    case 'kw':
      return { type: TLV.encKeyWrap, length: key + WRAPPING };
    case 'ec256':
      return { type: TLV.encEc256, length: EC256 + key };
    case 'x25519':
      return { type: TLV.encX25519, length: X25519 + key };
  }
}

/** Bytes that a swap keeps of each image in its trailer: the key as it is, or the whole entry. */
export function keptLength(build: Encryption): number {
  return build.keepsEntry === true ? entryOf(build).length : build.bits / 8;
}

/** The same, up to whole cells. */
export function keyCellLength(build: Encryption, maxAlign: number): number {
  return Math.ceil(keptLength(build) / maxAlign) * maxAlign;
}
