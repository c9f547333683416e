/** Whole packets to a virtual board that is reached without a line: UDP, a BLE characteristic that reassembles. */
export class VirtualDatagrams {
  #receive: ((packet: Uint8Array, answer: (packet: Uint8Array) => void) => void) | null = null;

  /** The board listens; null: it does not, and packets are lost. */
  listen(receive: ((packet: Uint8Array, answer: (packet: Uint8Array) => void) => void) | null): void {
    this.#receive = receive;
  }

  /** A packet arrives; `answer` is called for each answer, with power on at that moment. */
  deliver(packet: Uint8Array, answer: (packet: Uint8Array) => void): void {
    this.#receive?.(packet, answer);
  }
}
