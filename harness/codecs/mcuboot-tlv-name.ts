import { TLV } from '#codecs/mcuboot-tlv.ts';

/** Names of the types as imgtool prints them. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [TLV.keyHash, 'KEYHASH'],
  [TLV.publicKey, 'PUBKEY'],
  [TLV.sha256, 'SHA256'],
  [TLV.sha384, 'SHA384'],
  [TLV.sha512, 'SHA512'],
  [TLV.rsa2048Pss, 'RSA2048'],
  [TLV.ecdsaSignature, 'ECDSASIG'],
  [TLV.rsa3072Pss, 'RSA3072'],
  [TLV.ed25519, 'ED25519'],
  [TLV.pureSignature, 'SIG_PURE'],
  [TLV.encRsa2048, 'ENCRSA2048'],
  [TLV.encKeyWrap, 'ENCKW'],
  [TLV.encEc256, 'ENCEC256'],
  [TLV.encX25519, 'ENCX25519'],
  [TLV.encX25519Sha512, 'ENCX25519_SHA512'],
  [TLV.dependency, 'DEPENDENCY'],
  [TLV.securityCounter, 'SEC_CNT'],
  [TLV.bootRecord, 'BOOT_RECORD'],
  [TLV.decompressedSize, 'DECOMP_SIZE'],
  [TLV.decompressedHash, 'DECOMP_SHA'],
  [TLV.decompressedSignature, 'DECOMP_SIGNATURE'],
  [TLV.compressedDecryptedSize, 'COMP_DEC_SIZE'],
  [TLV.vendorId, 'UUID_VID'],
  [TLV.classId, 'UUID_CID'],
]);

/** imgtool's name of a TLV type; null for custom and unknown ones. */
export function tlvName(type: number): string | null {
  return NAMES.get(type) ?? null;
}
