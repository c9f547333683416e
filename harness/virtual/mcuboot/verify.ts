import { inRange, readSignature, verifyHalves, verifyReduced } from '#virtual/mcuboot/signature.ts';

const LIMIT = 4096;
const seen = new Map<string, boolean>();

/** Mistakes in the verification of a signature. */
export interface VerifierFlaws {
  /** What cannot be read as a signature counts as one. */
  readonly malformed: boolean;
  /** Any signature that can be read counts. */
  readonly result: boolean;
  /** r and s may be anything. */
  readonly range: boolean;
}

/**
 * Whether an ECDSA signature entry is a key's over a digest, as this build of the boot loader finds out. Remembered: the
 * answer depends on the arguments alone, takes milliseconds, and is asked again at every boot of a sweep.
 */
export function signatureHolds(
  digest: Uint8Array,
  entry: Uint8Array,
  publicDer: Uint8Array,
  flaws: VerifierFlaws,
): boolean {
  const build = Uint8Array.of(Number(flaws.malformed), Number(flaws.result), Number(flaws.range));
  const question = Buffer.concat([build, digest, publicDer, entry]).toString('latin1');
  const known = seen.get(question);
  if (known !== undefined) return known;
  const answer = findOut(digest, entry, publicDer, flaws);
  if (seen.size >= LIMIT) seen.clear();
  seen.set(question, answer);
  return answer;
}

function findOut(
  digest: Uint8Array,
  entry: Uint8Array,
  publicDer: Uint8Array,
  flaws: VerifierFlaws,
): boolean {
  const halves = readSignature(entry);
  if (halves === null) return flaws.malformed;
  if (flaws.result) return true;
  if (!inRange(halves)) return flaws.range && verifyReduced(digest, halves, publicDer);
  return verifyHalves(digest, halves, publicDer);
}
