import { measureCbor } from '#codecs/cbor-bounds.ts';
import { decodeCborMap, type CborMap, type CborValue } from '#codecs/cbor.ts';
import { SMP_ERROR } from '#codecs/smp-error.ts';
import type { SmpHeader } from '#codecs/smp.ts';
import { stackOverflow } from '#virtual/app-fault.ts';

/** What a command handler gives back: members of the answer, an error of its group, or one of the protocol. */
export type SmpReply =
  | { readonly members: readonly (readonly [string, CborValue])[] }
  | { readonly error: number; readonly also?: readonly (readonly [string, CborValue])[] }
  | { readonly rc: number };

/** Serves one command in one direction. */
export type SmpHandler = (request: SmpRequest) => SmpReply;

/** Handlers of a group: command id -> direction -> handler. */
export type SmpGroupHandlers = Readonly<
  Record<number, { readonly read?: SmpHandler; readonly write?: SmpHandler }>
>;

/** Nesting and size that the server reads; zcbor is configured likewise (`CBOR_MAX_DECODING_LEVELS`). */
const BOUNDS = { depth: 8, items: 512 };
/** Levels at which a recursive skip has used up a 2 KiB stack. */
const STACK_LEVELS = 24;

/** A key of the request has the wrong type; the answer is `invalid` (3). */
export const INVALID: SmpReply = { rc: SMP_ERROR.invalid };

/** A request as a handler sees it: header and payload, which it may decode or ignore. */
export class SmpRequest {
  readonly header: SmpHeader;
  readonly payload: Uint8Array;
  readonly #recursive: boolean;

  constructor(header: SmpHeader, payload: Uint8Array, flaws: ReadonlySet<string>) {
    this.header = header;
    this.payload = payload;
    this.#recursive = flaws.has('smp/cbor-depth');
  }

  /** The payload as a map; null when it is none. */
  members(): CborMap | null {
    if (this.#recursive) this.#skipRecursively();
    const result = decodeCborMap(this.payload, BOUNDS);
    return result.ok ? result.map : null;
  }

  #skipRecursively(): void {
    const items = this.payload.length + 1;
    const shallow = measureCbor(this.payload, { depth: STACK_LEVELS, items });
    if (!shallow.ok && shallow.why.startsWith('nested')) throw stackOverflow('mcumgr smp');
  }
}

/** A member of an expected type: the value, undefined when absent, null when it has another type. */
export function unsigned(map: CborMap, key: string): number | undefined | null {
  const value = map.get(key);
  if (value === undefined) return map.has(key) ? null : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff
    ? value
    : null;
}

/** As `unsigned`, for a byte string. */
export function byteString(map: CborMap, key: string): Uint8Array | undefined | null {
  const value = map.get(key);
  if (value === undefined) return map.has(key) ? null : undefined;
  return value instanceof Uint8Array ? value : null;
}

/** As `unsigned`, for a text string. */
export function text(map: CborMap, key: string): string | undefined | null {
  const value = map.get(key);
  if (value === undefined) return map.has(key) ? null : undefined;
  return typeof value === 'string' ? value : null;
}

/** As `unsigned`, for a boolean. */
export function flag(map: CborMap, key: string): boolean | undefined | null {
  const value = map.get(key);
  if (value === undefined) return map.has(key) ? null : undefined;
  return typeof value === 'boolean' ? value : null;
}
