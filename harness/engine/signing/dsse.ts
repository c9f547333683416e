import { canonical, type Json } from '#core/canonical.ts';

/** Type of the payload: an in-toto statement. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A DSSE envelope (Dead Simple Signing Envelope 1.0.2). */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: Uint8Array }[];
}

/** Most signatures that are looked at. */
const MOST_SIGNATURES = 16;

/** What is signed: type and payload, each with its length, so that no two envelopes sign the same bytes (DSSE, PAE). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** An envelope as a file: one canonical line. */
export function envelopeText({ payload, payloadType, signatures }: Envelope): string {
  const body: Json = {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: Buffer.from(sig).toString('base64') })),
  };
  return `${canonical(body)}\n`;
}

function bytesOf(base64: unknown): Uint8Array | null {
  if (typeof base64 !== 'string') return null;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : null;
}

function signatureOf(value: unknown): Envelope['signatures'][number] | null {
  if (typeof value !== 'object' || value === null) return null;
  const { keyid, sig } = value as Readonly<Record<string, unknown>>;
  const bytes = bytesOf(sig);
  return typeof keyid === 'string' && bytes !== null ? { keyid, sig: bytes } : null;
}

/** Reads an envelope; null where it is not byte for byte what `envelopeText` writes. */
export function parseEnvelope(text: string): Envelope | null {
  try {
    const { payload, payloadType, signatures } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const bytes = bytesOf(payload);
    if (bytes === null || typeof payloadType !== 'string' || !Array.isArray(signatures)) return null;
    const read = signatures.slice(0, MOST_SIGNATURES).map(signatureOf);
    const all = read.filter((signature) => signature !== null);
    const envelope = { payload: bytes, payloadType, signatures: all };
    return envelopeText(envelope) === text ? envelope : null;
  } catch {
    return null;
  }
}
