import type { H4Packet } from '#codecs/ble/h4.ts';

/** What happens at an HCI port; nothing comes after `closed`. */
export interface HciPortEvents {
  packet(packet: H4Packet): void;
  /** The other side is gone, with the reason where there is one. */
  closed(cause: Error | null): void;
}

/** Whole HCI packets both ways: a controller as its host sees it, or a host as its controller does. */
export interface HciPort {
  /** For errors and reports: `tcp-client:127.0.0.1:9000`. */
  readonly name: string;
  /** What the other side says from now on; one listener at a time. Packets that came before are given at once. */
  listen(events: HciPortEvents): void;
  send(packet: H4Packet): void;
  close(): Promise<void>;
}
