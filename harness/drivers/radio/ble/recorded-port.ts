import type { H4Packet } from '#codecs/ble/h4.ts';
import type { HciPort, HciPortEvents } from '#codecs/ble/hci-port.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';

/** An HCI port that keeps what passes, for a capture. */
export class RecordedPort implements HciPort {
  readonly name: string;
  readonly #port: HciPort;
  readonly #keep: (record: HciRecord) => void;
  readonly #nowUs: () => number;

  /** `nowUs`: microseconds since 1970. */
  constructor(port: HciPort, nowUs: () => number, keep: (record: HciRecord) => void) {
    this.name = port.name;
    this.#port = port;
    this.#nowUs = nowUs;
    this.#keep = keep;
  }

  listen(events: HciPortEvents): void {
    this.#port.listen({
      packet: (packet) => {
        this.#keep({ received: true, atUs: this.#nowUs(), packet });
        events.packet(packet);
      },
      closed: (cause) => events.closed(cause),
    });
  }

  send(packet: H4Packet): void {
    this.#keep({ received: false, atUs: this.#nowUs(), packet });
    this.#port.send(packet);
  }

  close(): Promise<void> {
    return this.#port.close();
  }
}
