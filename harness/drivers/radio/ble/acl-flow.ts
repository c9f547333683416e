import { encodeAcl, type AclPacket } from '#codecs/ble/hci.ts';
import type { H4Packet } from '#codecs/ble/h4.ts';

/** What a controller has room for. */
export interface AclBuffers {
  readonly aclLength: number;
  readonly aclCount: number;
}

/**
 * Sends ACL packets only while the controller has room for them (Core 6 Vol 4 Part E 4.1.1). A link that ends gives back
 * all it held, without an event: a host that forgets this comes to a standstill after some hundred links.
 */
export class AclFlow {
  readonly buffers: AclBuffers;
  readonly #send: (packet: H4Packet) => void;
  readonly #queue: AclPacket[] = [];
  readonly #held = new Map<number, number>();

  constructor(buffers: AclBuffers, send: (packet: H4Packet) => void) {
    this.buffers = buffers;
    this.#send = send;
  }

  /** Packets that the controller has room for now. */
  get credits(): number {
    return this.buffers.aclCount - [...this.#held.values()].reduce((sum, held) => sum + held, 0);
  }

  /** Packets that wait for room. */
  get waiting(): number {
    return this.#queue.length;
  }

  push(packet: AclPacket): void {
    this.#queue.push(packet);
    this.#pump();
  }

  completed(handle: number, packets: number): void {
    const held = this.#held.get(handle);
    if (held === undefined) return;
    this.#held.set(handle, Math.max(0, held - packets));
    this.#pump();
  }

  /** The link is gone, with what it held and what it still had to send. */
  ended(handle: number): void {
    this.#held.delete(handle);
    const others = this.#queue.filter((packet) => packet.handle !== handle);
    this.#queue.splice(0, this.#queue.length, ...others);
    this.#pump();
  }

  #pump(): void {
    while (this.credits > 0) {
      const packet = this.#queue.shift();
      if (packet === undefined) return;
      this.#held.set(packet.handle, (this.#held.get(packet.handle) ?? 0) + 1);
      this.#send(encodeAcl(packet));
    }
  }
}
