import { hash } from 'node:crypto';
import type { Subject } from '#core/test-result.ts';
import type { Mismatch } from '#engine/bundle/mismatch.ts';
import { SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE } from '#engine/bundle/names.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { parseEnvelope, PAYLOAD_TYPE, preAuthEncoding, type Envelope } from '#engine/signing/dsse.ts';
import { readPublicKey, type KeyType, type PublicKey } from '#engine/signing/keys.ts';

/** Who stands for a run, as far as its signature tells. */
export type Authorship =
  | { readonly state: 'unsigned' }
  /** `trusted`: by a key that the verifier was given; `embedded`: by the key in the run, whoever holds it. */
  | { readonly state: 'trusted' | 'embedded'; readonly keyId: string; readonly keyType: KeyType }
  | { readonly state: 'invalid'; readonly why: string };

/** What a signature says, and what of it does not fit. */
export interface SignatureCheck {
  readonly authorship: Authorship;
  readonly mismatches: readonly Mismatch[];
}

/** The key that lies beside the signature; null where there is none, or not as we write it. */
function embeddedKey(files: RunFiles): PublicKey | null {
  if (!files.has(SIGNER_FILE)) return null;
  const pem = Buffer.from(files.read(SIGNER_FILE)).toString();
  try {
    const key = readPublicKey(pem, SIGNER_FILE);
    return key.pem === pem ? key : null;
  } catch {
    return null;
  }
}

/** Whether a payload names this very seal. */
function isOver(payload: Uint8Array, seal: Uint8Array): boolean {
  try {
    const { subject } = JSON.parse(Buffer.from(payload).toString()) as { readonly subject?: unknown };
    const sha256 = hash('sha256', seal, 'hex');
    return (
      Array.isArray(subject) &&
      (subject as readonly Partial<Subject>[]).some(
        (one) => one.name === SEAL_FILE && one.digest?.sha256 === sha256,
      )
    );
  } catch {
    return false;
  }
}

function signedBy(
  { payload, payloadType, signatures }: Envelope,
  keys: readonly PublicKey[],
): PublicKey | null {
  const message = preAuthEncoding(payloadType, payload);
  return keys.find((key) => signatures.some(({ sig }) => key.verify(message, sig))) ?? null;
}

function invalid(why: string, file = SIGNATURE_FILE): SignatureCheck {
  return { authorship: { state: 'invalid', why }, mismatches: [{ file, what: why }] };
}

function by(state: 'trusted' | 'embedded', { id, type }: PublicKey): SignatureCheck {
  return { authorship: { state, keyId: id, keyType: type }, mismatches: [] };
}

/**
 * Checks the signature of a run. With keys given it must be by one of them; without, by the key that lies beside it,
 * which shows that one holder of that key signed all of it, and not who that is.
 */
export function checkSignature(files: RunFiles, given: readonly PublicKey[]): SignatureCheck {
  if (!files.has(SIGNATURE_FILE)) {
    if (given.length === 0) return { authorship: { state: 'unsigned' }, mismatches: [] };
    return invalid('is missing: nobody signed the run, though a key was given');
  }
  const envelope = parseEnvelope(Buffer.from(files.read(SIGNATURE_FILE)).toString());
  if (envelope?.payloadType !== PAYLOAD_TYPE) return invalid('is no signature that assay wrote');
  if (!files.has(SEAL_FILE) || !isOver(envelope.payload, files.read(SEAL_FILE))) {
    return invalid('is over another seal than the one that is here');
  }
  const key = embeddedKey(files);
  if (key === null) return invalid('is not the key that was put there', SIGNER_FILE);
  const trusted = signedBy(envelope, given);
  if (trusted !== null) return by('trusted', trusted);
  if (signedBy(envelope, [key]) === null) return invalid(`does not verify with ${SIGNER_FILE}`);
  if (given.length > 0) return invalid(`is by another key than those given: ${key.id}`);
  return by('embedded', key);
}
