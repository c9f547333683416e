import { hash } from 'node:crypto';
import { UsageError } from '#core/errors.ts';
import type { Behaviour } from '#core/image.ts';

/** What a test image carries instead of machine code: how its application behaves and who it is. */
export interface Payload {
  readonly behaviour: Behaviour;
  /** 16 lower-case hex digits. */
  readonly buildId: string;
  /** Printable ASCII, at most 31 characters. */
  readonly product: string;
}

/** Bytes of the manifest at the start of a test payload. */
export const PAYLOAD_LENGTH = 64;

const MAGIC = Uint8Array.from(Buffer.from('ASSAYFW1', 'latin1'));
const BEHAVIOURS: readonly Behaviour[] = ['healthy', 'never-confirms', 'crashes', 'hangs'];
const AT = { behaviour: 8, buildId: 16, product: 24, tail: 56 } as const;
const BLOCK = 32;

/** The 64-byte manifest. UsageError when a member does not fit. */
export function encodePayload(payload: Payload): Uint8Array {
  if (!/^[0-9a-f]{16}$/.test(payload.buildId)) {
    throw misfit('build id', '16 lower-case hex digits', payload.buildId);
  }
  if (!/^[\x20-\x7e]{1,31}$/.test(payload.product)) {
    throw misfit('product', '1 to 31 printable ASCII characters', payload.product);
  }
  const bytes = new Uint8Array(PAYLOAD_LENGTH);
  bytes.set(MAGIC);
  bytes[AT.behaviour] = BEHAVIOURS.indexOf(payload.behaviour) + 1;
  bytes.set(Buffer.from(payload.buildId, 'hex'), AT.buildId);
  bytes.set(Buffer.from(payload.product, 'latin1'), AT.product);
  return bytes;
}

/** Reads a manifest at the start of `bytes`; null where it is damaged, which means code that cannot run. */
export function decodePayload(bytes: Uint8Array): Payload | null {
  if (bytes.length < PAYLOAD_LENGTH || !MAGIC.every((byte, i) => bytes[i] === byte)) return null;
  const behaviour = BEHAVIOURS[(bytes[AT.behaviour] ?? 0) - 1];
  const end = bytes.indexOf(0, AT.product);
  if (behaviour === undefined || end === AT.product || end === -1 || end >= AT.tail) return null;
  if (!isZero(bytes, AT.behaviour + 1, AT.buildId) || !isZero(bytes, end, PAYLOAD_LENGTH)) return null;
  const manifest = Buffer.from(bytes.buffer, bytes.byteOffset, PAYLOAD_LENGTH);
  const product = manifest.toString('latin1', AT.product, end);
  if (!/^[\x20-\x7e]+$/.test(product)) return null;
  return { behaviour, buildId: manifest.toString('hex', AT.buildId, AT.product), product };
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** A manifest followed by filler up to `size` bytes. The filler is a stream of SHA-256 over the seed and a counter. */
export function buildPayload(payload: Payload, size: number, seed: number): Uint8Array {
  if (!Number.isSafeInteger(size) || size < PAYLOAD_LENGTH) {
    throw misfit('payload size', `at least ${PAYLOAD_LENGTH} bytes`, String(size));
  }
  const bytes = new Uint8Array(size);
  for (let at = PAYLOAD_LENGTH; at < size; at += BLOCK) {
    const block = hash('sha256', `assay filler ${seed} ${at}`, 'buffer');
    bytes.set(block.subarray(0, Math.min(BLOCK, size - at)), at);
  }
  bytes.set(encodePayload(payload));
  return bytes;
}

function misfit(what: string, expected: string, got: string): UsageError {
  return new UsageError({
    code: 'payload-misfit',
    message: `the ${what} does not fit a test payload`,
    expected,
    got: JSON.stringify(got),
    remedy: `choose another ${what}`,
  });
}
