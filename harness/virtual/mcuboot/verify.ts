import { createPublicKey } from 'node:crypto';
import { rsaVerify } from '#codecs/rsa-key.ts';
import { inRange, readSignature, verifyHalves, verifyReduced } from '#virtual/mcuboot/signature.ts';

const LIMIT = 4096;
const seen = new Map<string, boolean>();

/** How a build verifies signatures, and the mistakes that it makes in it. */
export interface Verifier {
  readonly scheme: 'ecdsa-p256' | 'rsa-2048';
  /** What cannot be read as a signature counts as one. */
  readonly malformed: boolean;
  /** Any signature that can be read counts. */
  readonly result: boolean;
  /** r and s may be anything. */
  readonly range: boolean;
}

/**
 * Whether a signature entry is a key's over a digest, as this build of the boot loader finds out. Remembered: the
 * answer depends on the arguments alone, takes milliseconds, and is asked again at every boot of a sweep.
 */
export function signatureHolds(
  digest: Uint8Array,
  entry: Uint8Array,
  publicDer: Uint8Array,
  verifier: Verifier,
): boolean {
  const { scheme, malformed, result, range } = verifier;
  const build = Uint8Array.from([scheme === 'rsa-2048', malformed, result, range], Number);
  const question = Buffer.concat([build, digest, publicDer, entry]).toString('latin1');
  const known = seen.get(question);
  if (known !== undefined) return known;
  const answer =
    scheme === 'rsa-2048'
      ? result || rsaHolds(digest, entry, publicDer)
      : ecdsaHolds(digest, entry, publicDer, verifier);
  if (seen.size >= LIMIT) seen.clear();
  seen.set(question, answer);
  return answer;
}

/** A key of another kind verifies nothing. */
function rsaHolds(digest: Uint8Array, signature: Uint8Array, publicDer: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicDer), format: 'der', type: 'pkcs1' });
    return rsaVerify(digest, signature, key);
  } catch {
    return false;
  }
}

function ecdsaHolds(
  digest: Uint8Array,
  entry: Uint8Array,
  publicDer: Uint8Array,
  { malformed, result, range }: Verifier,
): boolean {
  const halves = readSignature(entry);
  if (halves === null) return malformed;
  if (result) return true;
  if (!inRange(halves)) return range && verifyReduced(digest, halves, publicDer);
  return verifyHalves(digest, halves, publicDer);
}
