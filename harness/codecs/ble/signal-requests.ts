import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { encodeSignal, REJECT, type Signal } from '#codecs/ble/l2cap-signal.ts';

/** Takes the peer's answer to a request. */
export type SignalAnswer = (signal: Signal) => void;

const MOST_IDS = 255;

/** What one side says on the signalling channel: requests with numbers of its own, answers with those of the peer. */
export class SignalRequests {
  readonly #send: (frame: L2capFrame) => void;
  readonly #asked = new Map<number, SignalAnswer>();
  #lastId = 0;

  constructor(send: (frame: L2capFrame) => void) {
    this.#send = send;
  }

  /** Sends a request; an answer that never comes is forgotten when its number is used again. */
  ask(signal: Signal, answer: SignalAnswer): void {
    this.tell(signal);
    this.#asked.set(this.#lastId, answer);
  }

  /** Sends what has no answer. */
  tell(signal: Signal): void {
    this.#lastId = (this.#lastId % MOST_IDS) + 1;
    this.#asked.delete(this.#lastId);
    this.reply(this.#lastId, signal);
  }

  /** Answers a request of the peer. */
  reply(id: number, signal: Signal): void {
    this.#send({ cid: CID.signalling, payload: encodeSignal({ id, signal }) });
  }

  /** Refuses a request of the peer; one without a number cannot be. */
  reject(id: number, reason: number): void {
    const details = reason === REJECT.invalidCid ? new Uint8Array(4) : new Uint8Array();
    if (id !== 0) this.reply(id, { type: 'reject', reason, details });
  }

  /** Takes an answer of the peer; one that nobody asked for changes nothing. */
  answered(id: number, signal: Signal): void {
    const answer = this.#asked.get(id);
    this.#asked.delete(id);
    answer?.(signal);
  }

  forget(): void {
    this.#asked.clear();
  }
}
