import type { Json } from '#core/canonical.ts';
import { InternalError, UsageError } from '#core/errors.ts';

/** Bytes up to this many are written into the JSON; longer ones are kept beside it. */
const INLINE = 512;
const DEEPEST = 64;

/** Where a value's long byte strings go, by SHA-256 in hex. */
export type PutBytes = (bytes: Uint8Array) => string;

/** Gives byte strings back by SHA-256 in hex. */
export type GetBytes = (sha256: string) => Uint8Array;

/**
 * A scenario's input as JSON: plain data, with byte strings as `{"$hex"}` or `{"$file", "length"}`. Members whose name
 * starts with `$` get a second one. Throws InternalError for what is not data (functions, class instances).
 */
export function encodeValue(value: unknown, put: PutBytes, path = 'input'): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (value instanceof Uint8Array) {
    return value.length <= INLINE
      ? { $hex: Buffer.from(value).toString('hex') }
      : { $file: put(value), length: value.length };
  }
  if (Array.isArray(value)) return value.map((item, index) => encodeValue(item, put, `${path}[${index}]`));
  if (typeof value !== 'object' || !isPlain(value)) throw notData(value, path);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [
        name.startsWith('$') ? `$${name}` : name,
        encodeValue(member, put, `${path}.${name}`),
      ]),
  );
}

/** The value that `encodeValue` was given. Throws UsageError where the JSON cannot be one. */
export function decodeValue(json: Json | undefined, get: GetBytes, depth = 0): unknown {
  if (depth > DEEPEST) throw notReadable('nested too deeply');
  if (json === undefined || json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => decodeValue(item, get, depth + 1));
  const object = json as Readonly<Record<string, Json | undefined>>;
  const { $hex: hex, $file: file, $bigint: big } = object;
  if (typeof hex === 'string') return Uint8Array.from(Buffer.from(hex, 'hex'));
  if (typeof file === 'string') return get(file);
  if (typeof big === 'string') return toBigInt(big);
  return Object.fromEntries(
    Object.entries(object).map(([name, member]) => [
      name.startsWith('$$') ? name.slice(1) : name,
      decodeValue(member, get, depth + 1),
    ]),
  );
}

function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}

function toBigInt(digits: string): bigint {
  if (!/^-?\d{1,400}$/.test(digits)) throw notReadable(`not a whole number: ${digits.slice(0, 40)}`);
  return BigInt(digits);
}

function notData(value: unknown, path: string): InternalError {
  return new InternalError({
    code: 'input-not-data',
    message: `${path} cannot be recorded`,
    expected: 'plain data: text, numbers, byte arrays, lists and objects of them',
    got: typeof value === 'object' ? (value?.constructor.name ?? 'object') : typeof value,
    remedy: 'make the scenario input plain data, so that a run can be replayed from its record',
  });
}

function notReadable(what: string): UsageError {
  return new UsageError({
    code: 'record-input',
    message: 'the recorded input cannot be read',
    got: what,
    remedy: 'run `assay verify` on the run folder: the record may have been altered',
  });
}
