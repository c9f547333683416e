/** One entry behind the payload. */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
  /** Length to claim instead of the value's own. */
  readonly length?: number;
}

/** Type numbers (bootutil `image.h`). */
export const TLV = {
  keyHash: 0x01,
  publicKey: 0x02,
  sha256: 0x10,
  sha384: 0x11,
  sha512: 0x12,
  rsa2048Pss: 0x20,
  ecdsa224: 0x21,
  ecdsaSignature: 0x22,
  rsa3072Pss: 0x23,
  ed25519: 0x24,
  pureSignature: 0x25,
  encRsa2048: 0x30,
  encKeyWrap: 0x31,
  encEc256: 0x32,
  encX25519: 0x33,
  encX25519Sha512: 0x34,
  dependency: 0x40,
  securityCounter: 0x50,
  bootRecord: 0x60,
  decompressedSize: 0x70,
  decompressedHash: 0x71,
  decompressedSignature: 0x72,
  compressedDecryptedSize: 0x73,
  vendorId: 0x74,
  classId: 0x75,
} as const;

/** Hashes that an image may carry. */
export type HashName = 'sha256' | 'sha384' | 'sha512';
/** TLV type of each hash. */
export const HASH_TLV: Readonly<Record<HashName, number>> = {
  sha256: TLV.sha256,
  sha384: TLV.sha384,
  sha512: TLV.sha512,
};

/** Magic of an area's info header. */
export const TLV_MAGIC = { protected: 0x6908, unprotected: 0x6907 } as const;
/** Bytes of an area's info header, and of an entry's own. */
export const TLV_HEADER = 4;

/** What the unsigned area may hold where the boot loader uses its allow-list (fix of CVE-2024-32883). */
export const UNPROTECTED_ALLOWED: ReadonlySet<number> = new Set([
  TLV.keyHash,
  TLV.publicKey,
  TLV.sha256,
  TLV.sha384,
  TLV.sha512,
  TLV.rsa2048Pss,
  TLV.ecdsa224,
  TLV.ecdsaSignature,
  TLV.rsa3072Pss,
  TLV.ed25519,
  TLV.encRsa2048,
  TLV.encKeyWrap,
  TLV.encEc256,
  TLV.encX25519,
]);

/** What to claim in an area's info header instead of the truth. */
export interface AreaLie {
  readonly magic?: number;
  readonly total?: number;
}

/** Writes an area: info header, then entries without padding between them. */
export function encodeTlvArea(magic: number, tlvs: readonly Tlv[], lie: AreaLie = {}): Uint8Array {
  const size = tlvAreaSize(tlvs);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, lie.magic ?? magic, true);
  view.setUint16(2, lie.total ?? size, true);
  let at = TLV_HEADER;
  for (const { type, value, length = value.length } of tlvs) {
    view.setUint16(at, type, true);
    view.setUint16(at + 2, length, true);
    bytes.set(value, at + TLV_HEADER);
    at += TLV_HEADER + value.length;
  }
  return bytes;
}

/** Bytes that an area of these entries takes, info header included. */
export function tlvAreaSize(tlvs: readonly Tlv[]): number {
  return tlvs.reduce((size, { value }) => size + TLV_HEADER + value.length, TLV_HEADER);
}

/** Reads the entries of an area's body (behind the info header); the offset of the first that does not fit on failure. */
export function decodeTlvs(body: Uint8Array): readonly Tlv[] | { readonly brokenAt: number } {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const tlvs: Tlv[] = [];
  let at = 0;
  while (at < body.length) {
    if (body.length - at < TLV_HEADER) return { brokenAt: at };
    const length = view.getUint16(at + 2, true);
    if (length > body.length - at - TLV_HEADER) return { brokenAt: at };
    const value = Uint8Array.from(body.subarray(at + TLV_HEADER, at + TLV_HEADER + length));
    tlvs.push({ type: view.getUint16(at, true), value });
    at += TLV_HEADER + length;
  }
  return tlvs;
}

/** A little-endian u32 value, as the security counter is stored. */
export function u32Value(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
