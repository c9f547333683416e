import { TLV } from '#codecs/mcuboot-tlv.ts';
import type { Encryption, EncryptionKind } from '#virtual/mcuboot/profile.ts';

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

const ENTRIES: Readonly<
  Record<EncryptionKind, { readonly type: number; readonly length: (key: number) => number }>
> = {
  rsa: { type: TLV.encRsa2048, length: () => RSA },
  kw: { type: TLV.encKeyWrap, length: (key) => key + WRAPPING },
  ec256: { type: TLV.encEc256, length: (key) => EC256 + key },
  x25519: { type: TLV.encX25519, length: (key) => X25519 + key },
};

/** The entry that a build reads. */
export function entryOf({ kind, bits }: Encryption): KeyEntry {
  const { type, length } = ENTRIES[kind];
  return { type, length: length(bits / 8) };
}

/** Bytes that a swap keeps of each image in its trailer: the key as it is, or the whole entry. */
export function keptLength(build: Encryption): number {
  return build.keepsEntry === true ? entryOf(build).length : build.bits / 8;
}

/** The same, up to whole cells. */
export function keyCellLength(build: Encryption, maxAlign: number): number {
  return Math.ceil(keptLength(build) / maxAlign) * maxAlign;
}
