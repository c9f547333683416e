import { findTlv, type McubootImage } from '#codecs/mcuboot-image.ts';
import type { McubootKey } from '#codecs/mcuboot-key.ts';
import { PURE_HASH, SCHEMES, type SignatureScheme } from '#codecs/mcuboot-scheme.ts';
import { HASH_TLV, type HashName, TLV } from '#codecs/mcuboot-tlv.ts';
import { UsageError } from '#core/errors.ts';

/** Choices of whoever signs. */
export interface SigningManner {
  /** Default: what the scheme signs; SHA-256 without a key. */
  readonly hash?: HashName;
  /** Ed25519 over the image itself instead of its hash; the hash entry is then SHA-512. */
  readonly pure?: boolean;
  /** KEYHASH (default), or the whole key as PUBKEY. */
  readonly publicKey?: 'hash' | 'full';
  /** ECDSA signatures filled with zeros to a fixed length, as boot loaders before MCUboot 1.5 want them. */
  readonly padSignature?: boolean;
}

/** Lengths that `imgtool sign --pad-sig` fills up to. */
const PADDED_LENGTH: Partial<Record<SignatureScheme, number>> = { 'ecdsa-p256': 72, 'ecdsa-p384': 103 };

/** The manner with its defaults. UsageError where the key's scheme has no such hash or no pure form. */
export function settle(key: McubootKey | null, manner: SigningManner): Required<SigningManner> {
  const { pure = false, publicKey = 'hash', padSignature = false } = manner;
  if (key === null) {
    if (pure) throw impossible('no key', 'pure');
    return { hash: manner.hash ?? 'sha256', pure, publicKey, padSignature };
  }
  const rules = SCHEMES[key.scheme];
  if (pure && !rules.pure) throw impossible(key.scheme, 'pure');
  const hash = manner.hash ?? (pure ? PURE_HASH : rules.hashes[0]);
  if (pure ? hash !== PURE_HASH : !rules.hashes.includes(hash)) throw impossible(key.scheme, hash);
  return { hash, pure, publicKey, padSignature };
}

/** The manner in which an image was signed, as far as a scheme allows it. */
export function mannerOf(image: McubootImage, scheme: SignatureScheme): SigningManner {
  const { hashes, pure: canBePure } = SCHEMES[scheme];
  const pure = canBePure && findTlv(image, TLV.pureSignature) !== null;
  const found = hashes.find((name) => findTlv(image, HASH_TLV[name]) !== null);
  const full = findTlv(image, TLV.keyHash) === null && findTlv(image, TLV.publicKey) !== null;
  return {
    pure,
    ...(pure || found === undefined ? {} : { hash: found }),
    ...(full ? { publicKey: 'full' } : {}),
  };
}

/** A signature with zeros up to the scheme's fixed length; other schemes' as it is. */
export function paddedSignature(scheme: SignatureScheme, signature: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.max(signature.length, PADDED_LENGTH[scheme] ?? 0));
  padded.set(signature);
  return padded;
}

function impossible(scheme: string, wish: string): UsageError {
  return new UsageError({
    code: 'mcuboot-manner',
    message: 'images cannot be signed in this manner',
    expected:
      'SHA-256 for RSA and P-256, SHA-384 for P-384, SHA-256 or SHA-512 for Ed25519; pure for Ed25519 alone',
    got: `${wish} with ${scheme}`,
    remedy: 'leave the hash to the key, or use another key',
  });
}
