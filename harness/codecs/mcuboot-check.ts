import type { SignatureScheme } from '#codecs/mcuboot-scheme.ts';
import type { HashName } from '#codecs/mcuboot-tlv.ts';

/** `absent`: the image has nothing of the kind; `unchecked`: no key for it, or an earlier check failed. */
export type CheckResult = 'holds' | 'fails' | 'absent' | 'unchecked';

/** What a boot loader asks of an image, in the order in which one check needs another. */
export type CheckName =
  'header' | 'structure' | 'unprotected-entries' | 'decryption' | 'hash' | 'key' | 'signature';

/** One check, and the answer. */
export interface ImageCheck {
  readonly check: CheckName;
  readonly result: CheckResult;
  /** One line for a person. */
  readonly detail: string;
}

/** A signature that holds. */
export interface FoundSignature {
  readonly scheme: SignatureScheme;
  readonly pure: boolean;
  /** SHA-256 of the public key, hex. */
  readonly key: string;
}

/** What holds of an image; plain values, fit for JSON. */
export interface McubootVerification {
  /** Hash and structure hold, nothing fails, and where keys were given one of them signed. */
  readonly valid: boolean;
  readonly checks: readonly ImageCheck[];
  /** Null where the image cannot be taken apart. */
  readonly version: string | null;
  /** Hash entries of the image that are right, hex. */
  readonly hashes: Partial<Record<HashName, string>>;
  /** Null where no signature holds. */
  readonly signedBy: FoundSignature | null;
}

/** A check that holds. */
export function holds(check: CheckName, detail: string): ImageCheck {
  return { check, result: 'holds', detail };
}
