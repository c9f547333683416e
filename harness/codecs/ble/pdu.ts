import type { PeerError } from '#core/errors.ts';
import type { Layout, Lies, ValuesOf } from '#codecs/ble/layout.ts';
import { decodeLayout } from '#codecs/ble/layout-decode.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';

/** A kind of PDU: the number that announces it, and its fields. */
export interface PduKind<L extends Layout = Layout> {
  readonly code: number;
  /** The Core specification's name. */
  readonly title: string;
  readonly layout: L;
}

/** The PDUs of a protocol by our names. */
export type PduTable = Readonly<Record<string, PduKind>>;

/** One PDU of a table, told apart by `type`. */
export type PduOf<T extends PduTable> = {
  [K in keyof T & string]: { readonly type: K } & ValuesOf<T[K]['layout']>;
}[keyof T & string];

/** Any code with any bytes: what the table does not know, and the way to send what it would not. */
export interface RawPdu {
  readonly type: 'raw';
  readonly code: number;
  readonly body: Uint8Array;
}

/** Encodes and decodes the PDUs of one protocol, without the code in front of them. */
export class PduCodec<T extends PduTable> {
  readonly #name: string;
  readonly #table: T;
  readonly #byCode: ReadonlyMap<number, keyof T & string>;

  constructor(name: string, table: T) {
    this.#name = name;
    this.#table = table;
    this.#byCode = new Map(Object.entries(table).map(([type, { code }]) => [code, type]));
  }

  codeOf(pdu: PduOf<T> | RawPdu): number {
    return pdu.type === 'raw' ? (pdu as RawPdu).code : (this.#table[pdu.type]?.code ?? 0);
  }

  /** The fields behind the code. Throws UsageError for a value that does not fit. */
  encode(pdu: PduOf<T> | RawPdu, lies: Lies = {}): Uint8Array {
    if (pdu.type === 'raw') return (pdu as RawPdu).body;
    return encodeLayout(this.#table[pdu.type]?.layout ?? [], pdu as ValuesOf<Layout>, lies);
  }

  /** An unknown code comes back raw; a known one whose bytes do not fit, as the error. */
  decode(code: number, body: Uint8Array): PduOf<T> | RawPdu | PeerError {
    const type = this.#byCode.get(code);
    const kind = type === undefined ? undefined : this.#table[type];
    if (type === undefined || kind === undefined) return { type: 'raw', code, body: body.slice() };
    const values = decodeLayout(`${this.#name} ${kind.title}`, kind.layout, body);
    return values instanceof Error ? values : ({ type, ...values } as unknown as PduOf<T>);
  }

  /** The specification's name of a code; `0x..` for one it does not know. */
  titleOf(code: number): string {
    const type = this.#byCode.get(code);
    return type === undefined
      ? `0x${code.toString(16).padStart(2, '0')}`
      : (this.#table[type]?.title ?? type);
  }
}
