import type { Clock } from '#core/clock.ts';

/** Datagram services of a board, by the port they are known by. */
export type DatagramService = 'coap' | 'mdns';

type Listener = (bytes: Uint8Array) => void;

/** Longest that a datagram can be. */
const LONGEST = 65_507;
/** From one side to the other. */
const FLIGHT_MS = 1;

/** The air between a simulated board and the bench for datagrams: nothing is lost, nothing overtakes. */
export class DatagramHub {
  readonly #clock: Clock;
  readonly #board = new Map<DatagramService, Listener>();
  readonly #bench = new Map<DatagramService, Set<Listener>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The board serves from now on. */
  serve(service: DatagramService, listener: Listener): void {
    this.#board.set(service, listener);
  }

  /** The board was reset: nobody is there. */
  silence(): void {
    this.#board.clear();
  }

  /** From the board. */
  answer(service: DatagramService, bytes: Uint8Array): void {
    this.#clock.setTimeout(() => {
      for (const listener of this.#bench.get(service) ?? []) listener(bytes);
    }, FLIGHT_MS);
  }

  /** To the board. */
  send(service: DatagramService, bytes: Uint8Array): void {
    const sent = bytes.slice(0, LONGEST);
    this.#clock.setTimeout(() => this.#board.get(service)?.(sent), FLIGHT_MS);
  }

  /** Datagrams from the board; gives how to stop listening. */
  onDatagram(service: DatagramService, listener: Listener): () => void {
    const listeners = this.#bench.get(service) ?? new Set();
    this.#bench.set(service, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}
