import type { Channel } from '#core/capabilities.ts';
import { encodeH4, H4Stream, type H4Packet } from '#codecs/ble/h4.ts';
import type { HciPort, HciPortEvents } from '#codecs/ble/hci-port.ts';

/** HCI over a channel, framed as H4. */
export class ChannelPort implements HciPort {
  readonly name: string;
  readonly #channel: Channel;
  readonly #closing = new AbortController();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(channel: Channel) {
    this.name = channel.name;
    this.#channel = channel;
  }

  listen(events: HciPortEvents): void {
    void this.#read(events).then(
      () => events.closed(null),
      (error: unknown) => events.closed(error as Error),
    );
  }

  /** Packets keep their order; what cannot be written shows as the end of what is read. */
  send(packet: H4Packet): void {
    const options = { signal: this.#closing.signal };
    this.#writing = this.#writing
      .then(() => this.#channel.write(encodeH4(packet), options))
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#channel.close();
  }

  async #read(events: HciPortEvents): Promise<void> {
    const framing = new H4Stream();
    for await (const chunk of this.#channel.incoming) {
      for (const packet of framing.push(chunk)) {
        if (packet instanceof Error) throw packet;
        events.packet(packet);
      }
    }
  }
}
