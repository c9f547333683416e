import { canonical, type Json } from '#core/canonical.ts';
import type { BleCase, BleForbidden, BleStep } from '#codecs/ble/attack-case.ts';

/** A case without its name: what is done to the device, and what it must not lead to. */
export type BleCaseContent = Omit<BleCase, 'name'>;

/** Longest text that is read, most steps and fragments, longest wait: beyond the stall of thirty seconds. */
const LIMIT = 1 << 20;
const MOST_STEPS = 4096;
const MOST_WAIT_MS = 120_000;
const HEX = /^(?:[0-9a-f]{2})*$/;

/** A case as bytes, so that it can be kept and run again without what made it up; the same case gives the same bytes. */
export function encodeBleCase({ ownLink, isStranger, forbids, steps }: BleCaseContent): Uint8Array {
  const text = { ownLink, isStranger, forbids, steps: plain(steps) } as unknown as Json;
  return Uint8Array.from(Buffer.from(canonical(text), 'utf8'));
}

/** The value with its byte strings in hexadecimal. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** Reads a case; null for bytes that are none. */
export function parseBleCase(bytes: Uint8Array): BleCaseContent | null {
  if (bytes.length > LIMIT || bytes[0] !== '{'.charCodeAt(0)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return (CASE(value) ?? null) as BleCaseContent | null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Reads a value from outside; undefined where it is not of the kind. */
type Read = (value: unknown) => unknown;

const flag: Read = (value) => (typeof value === 'boolean' ? value : undefined);

const hex: Read = (value) =>
  typeof value === 'string' && HEX.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : undefined;

/** Bytes of a device address. */
const address: Read = (value) => {
  const read = hex(value);
  return read instanceof Uint8Array && read.length === 6 ? read : undefined;
};

const whole =
  (most: number): Read =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;

const oneOf =
  (...names: readonly string[]): Read =>
  (value) =>
    names.find((name) => name === value);

const list =
  (read: Read): Read =>
  (value) => {
    if (!Array.isArray(value) || value.length > MOST_STEPS) return undefined;
    const items = value.map(read);
    return items.includes(undefined) ? undefined : items;
  };

/** Members by name, each with its reader; a name that ends in `?` may be missing, others are not looked at. */
const members =
  (readers: Readonly<Record<string, Read>>): Read =>
  (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const given = value as Readonly<Record<string, unknown>>;
    const read: Record<string, unknown> = {};
    for (const [key, reader] of Object.entries(readers)) {
      const name = key.replace('?', '');
      const isLeftOut = name !== key && given[name] === undefined;
      const member = isLeftOut ? undefined : reader(given[name]);
      if (member === undefined && !isLeftOut) return undefined;
      if (member !== undefined) read[name] = member;
    }
    return read;
  };

const byte = whole(0xff);
const short = whole(0xffff);

const STEPS: Readonly<Record<BleStep['do'], Readonly<Record<string, Read>>>> = {
  frame: { cid: short, bytes: hex, 'cuts?': list(short) },
  pieces: { pieces: list(members({ isStart: flag, data: hex })) },
  'pair-until-check': {},
  pair: {
    'features?': members({
      'io?': byte,
      'oob?': byte,
      'auth?': byte,
      'maxKeySize?': byte,
      'initiatorKeys?': byte,
      'responderKeys?': byte,
    }),
    'identity?': address,
  },
  encrypt: { key: oneOf('zero', 'kept', 'first', 'wrong'), 'diversifier?': short },
  reflect: { cid: short, code: byte },
  reconnect: { as: oneOf('same', 'other', 'first') },
  'open-channel': { spsm: short, 'enhanced?': byte },
  'k-frame': { bytes: hex },
  'close-channel': {},
  advertise: { data: hex, ms: whole(MOST_WAIT_MS) },
  settle: {},
  wait: { ms: whole(MOST_WAIT_MS) },
  disconnect: {},
  vanish: {},
};

const step: Read = (value) => {
  const { do: name } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !Object.hasOwn(STEPS, name)) return undefined;
  return members({ do: () => name, ...STEPS[name as BleStep['do']] })(value);
};

const FORBIDDEN: Readonly<Record<BleForbidden, true>> = {
  encryption: true,
  'public-key': true,
  notification: true,
  pairing: true,
  value: true,
  'own-public-key': true,
  'link-key': true,
  'lost-bond': true,
  'partial-values': true,
};

const CASE = members({
  ownLink: flag,
  'isStranger?': flag,
  'forbids?': oneOf(...Object.keys(FORBIDDEN)),
  steps: list(step),
});
