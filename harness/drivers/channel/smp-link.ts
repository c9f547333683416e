import type { CallOptions } from '#core/capabilities.ts';

/** Carries whole SMP packets to a server and back: a console, UDP, a BLE characteristic. */
export interface SmpLink {
  /** For errors: `virtual uart0`, `udp 192.0.2.7:1337`. */
  readonly name: string;
  /** Aborted, with the reason, when the link ends. */
  readonly closed: AbortSignal;
  /** Packets as they come; gives how to stop listening. */
  onPacket(listener: (packet: Uint8Array) => void): () => void;
  /** Resolves when the packet has left. */
  sendPacket(packet: Uint8Array, options: CallOptions): Promise<void>;
  /** Longest packet that a server with buffers of so many bytes takes over this link. */
  room(bufferSize: number): number;
  /** What came last besides packets, as one text for an error. */
  tail(): string;
}
