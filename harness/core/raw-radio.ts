import type { CallOptions } from '#core/capabilities.ts';

/** What a radio with a link layer of our own may be able to do; a back end names what it can. */
export type RawAbility =
  /** Connection requests with any parameters, access address and channel map. */
  | 'connect-as-told'
  /** Data channel PDUs whose header (LLID, sequence bits, length) is as told. */
  | 'header-as-told'
  /** A PDU in a chosen connection event. */
  | 'event-as-told'
  /** Plain PDUs on an encrypted link, and encryption set up by hand. */
  | 'plain-on-encrypted'
  /** Frames into a link of others that it follows. */
  | 'inject';

/** A packet as it was on air, without preamble and CRC. */
export interface AirCapture {
  /** Microseconds since the radio was opened; never less than those of the packet before. */
  readonly atUs: number;
  /** RF channel index, 0 to 39. */
  readonly channel: number;
  readonly accessAddress: number;
  /** Header and payload. */
  readonly pdu: Uint8Array;
  readonly isOurs: boolean;
}

/** Why a link is over: the peer ended it in good order, fell silent, or we did. */
export type RawLinkEnd = 'by-peer' | 'silent' | 'by-us';

/** A connection whose every PDU is ours to write. */
export interface RawLink {
  /** Null while it lives. */
  readonly end: RawLinkEnd | null;
  /** What the peer sends: header and payload of each PDU that is not empty. */
  listen(listener: (pdu: Uint8Array) => void): () => void;
  /**
   * Queues a data channel PDU, header and payload as they are; `event`: connection events from now in which nothing else
   * is sent before it (default 0). The radio keeps the link alive with empty PDUs meanwhile.
   */
  send(pdu: Uint8Array, options?: { readonly event?: number }): void;
  /** Falls silent: the peer hears of it by its supervision timeout. */
  drop(): void;
}

/** A radio that sends link-layer packets as they are told: what SweynTooth, WHAD and the like do with firmware of their own. */
export interface RawRadio {
  /** For errors and reports. */
  readonly name: string;
  readonly can: ReadonlySet<RawAbility>;
  /** Everything that is on air, both ways. */
  onPacket(listener: (packet: AirCapture) => void): () => void;
  /** Whether a device advertises within the deadline (default 1 s). */
  hears(address: Uint8Array, call: CallOptions): Promise<boolean>;
  /**
   * Sends a CONNECT_IND (34 bytes: both addresses and LLData) to who advertises, as it is; null where no first answer came
   * within the deadline (default 1 s).
   */
  connect(request: Uint8Array, call: CallOptions): Promise<RawLink | null>;
  close(): Promise<void>;
}
