/** One thing that only a link layer of our own can do. */
export type RawStep =
  /** Connects, with fields of CONNECT_IND as told; a device that does not take it is sound. */
  | { readonly do: 'connect'; readonly fields: Readonly<Record<string, number | Uint8Array>> }
  /** A data channel PDU as it is; `event`: connection events from now. */
  | { readonly do: 'pdu'; readonly bytes: Uint8Array; readonly event?: number }
  | { readonly do: 'wait'; readonly ms: number };

/** A case for a raw radio. It begins with a connection: a sound one, or one of its own steps. */
export interface RawCase {
  readonly name: string;
  readonly steps: readonly RawStep[];
}
