import type { Duplex } from 'node:stream';
import { encodeH4, H4Stream, type H4Packet } from '#codecs/ble/h4.ts';
import type { HciPort, HciPortEvents } from '#codecs/ble/hci-port.ts';

/** HCI over a byte stream, framed as H4. Each packet is written whole: some controllers misread a split header. */
export class StreamPort implements HciPort {
  readonly name: string;
  readonly #stream: Duplex;
  #events: HciPortEvents | null = null;
  #unheard: H4Packet[] = [];
  #over: { readonly cause: Error | null } | null = null;

  constructor(name: string, stream: Duplex) {
    this.name = name;
    this.#stream = stream;
    const framing = new H4Stream();
    stream.on('data', (chunk: Uint8Array) => this.#take(framing, chunk));
    stream.on('error', (cause) => this.#end(cause));
    stream.on('close', () => this.#end(null));
    stream.on('end', () => this.#end(null));
  }

  listen(events: HciPortEvents): void {
    this.#events = events;
    for (const packet of this.#unheard.splice(0)) events.packet(packet);
    if (this.#over !== null) events.closed(this.#over.cause);
  }

  send(packet: H4Packet): void {
    if (this.#over === null && this.#stream.writable) this.#stream.write(encodeH4(packet));
  }

  close(): Promise<void> {
    this.#over ??= { cause: null };
    if (this.#stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.once('close', () => resolve());
      this.#stream.destroy();
    });
  }

  #take(framing: H4Stream, chunk: Uint8Array): void {
    if (this.#over !== null) return;
    for (const packet of framing.push(Uint8Array.from(chunk))) {
      if (packet instanceof Error) this.#end(packet);
      else if (this.#events === null) this.#unheard.push(packet);
      else this.#events.packet(packet);
    }
  }

  #end(cause: Error | null): void {
    if (this.#over !== null) return;
    this.#over = { cause };
    this.#stream.destroy();
    this.#events?.closed(cause);
  }
}
