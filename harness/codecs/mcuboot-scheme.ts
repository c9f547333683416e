import { type HashName, TLV } from '#codecs/mcuboot-tlv.ts';

/** How an image is signed: one kind of key each. */
export type SignatureScheme = 'rsa-2048' | 'rsa-3072' | 'ecdsa-p256' | 'ecdsa-p384' | 'ed25519';

/** What a scheme demands of the image. */
export interface SchemeRules {
  /** Type of the signature's TLV. */
  readonly tlv: number;
  /** Hash that is signed, and that KEYHASH is made with; the first unless another is asked for. */
  readonly hashes: readonly [HashName, ...HashName[]];
  /** Whether the image itself may be signed instead of its hash. */
  readonly pure: boolean;
}

/** The rules of each scheme, as imgtool and bootutil have them. */
export const SCHEMES: Readonly<Record<SignatureScheme, SchemeRules>> = {
  'rsa-2048': { tlv: TLV.rsa2048Pss, hashes: ['sha256'], pure: false },
  'rsa-3072': { tlv: TLV.rsa3072Pss, hashes: ['sha256'], pure: false },
  'ecdsa-p256': { tlv: TLV.ecdsaSignature, hashes: ['sha256'], pure: false },
  'ecdsa-p384': { tlv: TLV.ecdsaSignature, hashes: ['sha384'], pure: false },
  ed25519: { tlv: TLV.ed25519, hashes: ['sha256', 'sha512'], pure: true },
};

/** Hash of a pure image: nothing signs it, but imgtool writes it. */
export const PURE_HASH: HashName = 'sha512';
