import { canonical, type Json } from '#core/canonical.ts';
import type { BleCase, BleForbidden, BleStep } from '#codecs/ble/attack-case.ts';

/** A case without its name: what is done to the device, and what it must not lead to. */
export type BleCaseContent = Omit<BleCase, 'name'>;

const FORBIDDEN: ReadonlySet<unknown> = new Set<BleForbidden>(['encryption', 'public-key', 'notification']);
const HEX = /^(?:[0-9a-f]{2})*$/;
/** Longest text that is read, most steps and fragments, longest wait: beyond the stall of thirty seconds. */
const LIMIT = 1 << 20;
const MOST_STEPS = 4096;
const MOST_WAIT_MS = 120_000;

/** A case as bytes, so that it can be kept and run again without what made it up; the same case gives the same bytes. */
export function encodeBleCase({ ownLink, forbids, steps }: BleCaseContent): Uint8Array {
  const text = { ownLink, ...(forbids !== undefined && { forbids }), steps: steps.map(plainStep) };
  return Buffer.from(canonical(text as unknown as Json), 'utf8');
}

function plainStep(step: BleStep): object {
  if (step.do === 'frame') return { ...step, bytes: hexOf(step.bytes) };
  if (step.do !== 'pieces') return step;
  return { do: step.do, pieces: step.pieces.map(({ isStart, data }) => ({ isStart, data: hexOf(data) })) };
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Reads a case; null for bytes that are none. */
export function parseBleCase(bytes: Uint8Array): BleCaseContent | null {
  if (bytes.length > LIMIT || bytes[0] !== 0x7b) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
  const { ownLink, forbids, steps } = membersOf(value);
  if (typeof ownLink !== 'boolean' || !Array.isArray(steps) || steps.length > MOST_STEPS) return null;
  if (forbids !== undefined && !FORBIDDEN.has(forbids)) return null;
  const read = steps.map(stepOf);
  if (!read.every((step) => step !== null)) return null;
  return { ownLink, ...(forbids !== undefined && { forbids: forbids as BleForbidden }), steps: read };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function stepOf(value: unknown): BleStep | null {
  const members = membersOf(value);
  const { do: what } = members;
  switch (what) {
    case 'frame':
      return frameOf(members);
    case 'pieces':
      return piecesOf(members);
    case 'encrypt':
      return members['key'] === 'zero' || members['key'] === 'kept'
        ? { do: what, key: members['key'] }
        : null;
    case 'wait':
      return isWhole(members['ms'], MOST_WAIT_MS) ? { do: what, ms: members['ms'] } : null;
    case 'pair-until-check':
    case 'settle':
    case 'disconnect':
    case 'vanish':
      return { do: what };
    default:
      return null;
  }
}

function frameOf({ cid, bytes, cuts }: Members): BleStep | null {
  const read = bytesOf(bytes);
  if (read === null || !isWhole(cid, 0xffff)) return null;
  if (cuts === undefined) return { do: 'frame', cid, bytes: read };
  if (!Array.isArray(cuts) || !cuts.every((cut) => isWhole(cut, 0xffff))) return null;
  return { do: 'frame', cid, bytes: read, cuts };
}

function piecesOf({ pieces }: Members): BleStep | null {
  if (!Array.isArray(pieces) || pieces.length > MOST_STEPS) return null;
  const read = pieces.map((piece) => {
    const { isStart, data } = membersOf(piece);
    const bytes = bytesOf(data);
    return typeof isStart === 'boolean' && bytes !== null ? { isStart, data: bytes } : null;
  });
  return read.every((piece) => piece !== null) ? { do: 'pieces', pieces: read } : null;
}

function bytesOf(value: unknown): Uint8Array | null {
  return typeof value === 'string' && HEX.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : null;
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
