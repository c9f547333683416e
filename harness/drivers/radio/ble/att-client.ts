import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { attTitle, decodeAtt, encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import type { RawPdu } from '#codecs/ble/pdu.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';

/** What a client learns besides answers: notifications and indications. */
export type ValueListener = (handle: number, value: Uint8Array) => void;

/** The specification's limit of a transaction. */
const TRANSACTION_MS = 30_000;
/** Notifications, indications, multiple notifications: what a server sends unasked. */
const UNASKED: ReadonlySet<number> = new Set([0x1b, 0x1d, 0x23]);
/** Bit of opcodes that are never answered. */
const COMMAND_BIT = 0x40;

/** A client's side of ATT on one link: one request at a time, as the protocol wants. */
export class AttClient {
  readonly link: BleLink;
  readonly #listeners = new Set<ValueListener>();
  #turn: Promise<unknown> = Promise.resolve();
  #answer: ((pdu: Uint8Array) => void) | null = null;

  constructor(link: BleLink) {
    this.link = link;
    link.listen({ frame: ({ cid, payload }) => this.#receive(cid, payload) });
  }

  onValue(listener: ValueListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Sends any bytes as one PDU and expects nothing. */
  post(pdu: Uint8Array): void {
    this.link.send({ cid: CID.att, payload: pdu });
  }

  /** Sends a request and gives its answer, errors of the server included. PeerErrors `att-no-answer`, `ble-...`. */
  async request(pdu: AttPdu | RawPdu, options: CallOptions): Promise<AttPdu | RawPdu> {
    const received = await this.exchange(encodeAtt(pdu), options);
    const answer = decodeAtt(received);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  /** As `request`, with bytes both ways: whatever comes next that is not unasked is the answer. */
  exchange(pdu: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const done = this.#turn.then(() => this.#exchange(pdu, options));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #exchange(pdu: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const deadlineMs = options.deadlineMs ?? TRANSACTION_MS;
    const onDeadline = (): never => {
      throw new PeerError({
        code: 'att-no-answer',
        message: `no answer to ${attTitle(pdu[0] ?? 0)} within ${deadlineMs} ms`,
        remedy: 'a server that stays silent has crashed, hangs, or waits for the rest of a frame',
      });
    };
    const { clock, closed } = this.link;
    return waitFor<Uint8Array>(
      { clock, signals: [options.signal, closed], deadlineMs, onDeadline },
      (resolve) => {
        this.#answer = resolve;
        this.post(pdu);
        return () => void (this.#answer = null);
      },
    );
  }

  #receive(cid: number, payload: Uint8Array): void {
    if (cid !== CID.att) return;
    const opcode = payload[0] ?? 0;
    if (UNASKED.has(opcode)) this.#unasked(payload);
    // Even opcodes without the command bit are requests to us, who serve nothing.
    else if (opcode % 2 === 1 && (opcode & COMMAND_BIT) === 0) this.#answer?.(payload);
    else if ((opcode & COMMAND_BIT) === 0 && opcode !== 0x1e) {
      this.post(encodeAtt({ type: 'error', request: opcode, handle: 0, code: 0x06 }));
    }
  }

  #unasked(payload: Uint8Array): void {
    const pdu = decodeAtt(payload);
    if (pdu instanceof Error || pdu.type === 'raw') return;
    if (pdu.type === 'notifyMultiple') for (const { handle, value } of pdu.values) this.#tell(handle, value);
    if (pdu.type === 'notify' || pdu.type === 'indicate') this.#tell(pdu.handle, pdu.value);
    if (pdu.type === 'indicate') this.post(encodeAtt({ type: 'confirm' }));
  }

  #tell(handle: number, value: Uint8Array): void {
    for (const listener of this.#listeners) listener(handle, value);
  }
}
