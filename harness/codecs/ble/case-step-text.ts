import type { Json } from '#core/canonical.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import type { PairingFeatures } from '#codecs/ble/pairing-method.ts';

/** Members of an object that may hold anything. */
export type Members = Readonly<Record<string, unknown>>;

/** Members of a value; none where it is no object. */
export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

const HEX = /^(?:[0-9a-f]{2})*$/;
/** Most fragments of a step, and the longest wait: beyond the stall of thirty seconds. */
const MOST_PIECES = 4096;
const MOST_WAIT_MS = 120_000;
const MOST_CHANNELS = 0xff;

/** A step with its bytes as hex. */
export function plainStep(value: unknown): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plainStep);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainStep(member)]));
}

/** Reads a step; null for what is none. */
export function stepOf(value: unknown): BleStep | null {
  const members = membersOf(value);
  const name = members['do'];
  const read =
    typeof name === 'string' && Object.hasOwn(READERS, name) ? READERS[name as BleStep['do']] : null;
  return read?.(members) ?? null;
}

type Reader<K extends BleStep['do']> = (members: Members) => Extract<BleStep, { readonly do: K }> | null;

const READERS: { readonly [K in BleStep['do']]: Reader<K> } = {
  frame: ({ cid, bytes, cuts }) => {
    const read = bytesOf(bytes);
    if (read === null || !isWhole(cid, 0xffff)) return null;
    if (cuts === undefined) return { do: 'frame', cid, bytes: read };
    if (!Array.isArray(cuts) || !cuts.every((cut) => isWhole(cut, 0xffff))) return null;
    return { do: 'frame', cid, bytes: read, cuts };
  },
  pieces: piecesOf,
  'pair-until-check': () => ({ do: 'pair-until-check' }),
  pair: pairOf,
  encrypt: ({ key, diversifier }) => {
    if (!isOneOf(key, ['zero', 'kept', 'first', 'wrong'])) return null;
    if (diversifier === undefined) return { do: 'encrypt', key };
    return isWhole(diversifier, 0xffff) ? { do: 'encrypt', key, diversifier } : null;
  },
  reflect: ({ cid, code }) =>
    isWhole(cid, 0xffff) && isWhole(code, 0xff) ? { do: 'reflect', cid, code } : null,
  reconnect: ({ as }) => (isOneOf(as, ['same', 'other', 'first']) ? { do: 'reconnect', as } : null),
  'open-channel': ({ spsm, enhanced }) => {
    if (!isWhole(spsm, 0xffff)) return null;
    if (enhanced === undefined) return { do: 'open-channel', spsm };
    return isWhole(enhanced, MOST_CHANNELS) ? { do: 'open-channel', spsm, enhanced } : null;
  },
  'k-frame': ({ bytes }) => {
    const read = bytesOf(bytes);
    return read === null ? null : { do: 'k-frame', bytes: read };
  },
  'close-channel': () => ({ do: 'close-channel' }),
  advertise: ({ data, ms }) => {
    const read = bytesOf(data);
    return read === null || !isWhole(ms, MOST_WAIT_MS) ? null : { do: 'advertise', data: read, ms };
  },
  settle: () => ({ do: 'settle' }),
  wait: ({ ms }) => (isWhole(ms, MOST_WAIT_MS) ? { do: 'wait', ms } : null),
  disconnect: () => ({ do: 'disconnect' }),
  vanish: () => ({ do: 'vanish' }),
};

function piecesOf({ pieces }: Members): Extract<BleStep, { readonly do: 'pieces' }> | null {
  if (!Array.isArray(pieces) || pieces.length > MOST_PIECES) return null;
  const read = pieces.map((piece) => {
    const { isStart, data } = membersOf(piece);
    const bytes = bytesOf(data);
    return typeof isStart === 'boolean' && bytes !== null ? { isStart, data: bytes } : null;
  });
  return read.every((piece) => piece !== null) ? { do: 'pieces', pieces: read } : null;
}

const FEATURES: ReadonlySet<string> = new Set<keyof PairingFeatures>([
  'io',
  'oob',
  'auth',
  'maxKeySize',
  'initiatorKeys',
  'responderKeys',
]);

function pairOf({ features, identity }: Members): Extract<BleStep, { readonly do: 'pair' }> | null {
  const entries = Object.entries(membersOf(features));
  if (!entries.every(([name, value]) => FEATURES.has(name) && isWhole(value, 0xff))) return null;
  const address = identity === undefined ? undefined : bytesOf(identity);
  if (address === null || (address !== undefined && address.length !== 6)) return null;
  return {
    do: 'pair',
    ...(features !== undefined && { features: Object.fromEntries(entries) }),
    ...(address !== undefined && { identity: address }),
  };
}

function bytesOf(value: unknown): Uint8Array | null {
  return typeof value === 'string' && HEX.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : null;
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function isOneOf<const T extends string>(value: unknown, names: readonly T[]): value is T {
  return (names as readonly unknown[]).includes(value);
}
