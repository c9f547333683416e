import { verifyDigest } from '#codecs/mcuboot-key.ts';

const LIMIT = 4096;
const seen = new Map<string, boolean>();

/**
 * `verifyDigest`, remembered: the answer depends on the arguments alone, takes milliseconds, and is asked again at every
 * boot of a sweep.
 */
export function verifyOnce(digest: Uint8Array, signature: Uint8Array, publicDer: Uint8Array): boolean {
  const question = Buffer.concat([digest, publicDer, signature]).toString('latin1');
  const known = seen.get(question);
  if (known !== undefined) return known;
  const answer = verifyDigest(digest, signature, publicDer);
  if (seen.size >= LIMIT) seen.clear();
  seen.set(question, answer);
  return answer;
}
