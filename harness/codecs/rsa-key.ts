import { constants, hash, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { encodePss, verifyPss } from '#codecs/rsa-pss.ts';

const SALT = 32;

/** RSASSA-PSS signature of a SHA-256 hash. The salt is a function of the hash, so that one image has one signature. */
export function rsaSign(digest: Uint8Array, key: KeyObject, length: number): Uint8Array {
  const salt = hash('sha256', concatBytes(Buffer.from('assay pss salt'), digest), 'buffer');
  const encoded = encodePss(digest, salt, length);
  return Uint8Array.from(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded));
}

/** True where the signature (SHA-256, MGF1, salt of 32) is the key's over the hash; false for any other bytes. */
export function rsaVerify(digest: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  try {
    const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return verifyPss(digest, encoded, SALT);
  } catch {
    return false;
  }
}
