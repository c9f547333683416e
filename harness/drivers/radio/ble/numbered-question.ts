import type { CallOptions } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';

/** Handles that no device has: those at the very end, of which one after the other is asked for. */
const FIRST_ABSENT = 0xff00;
const ABSENT = 0xf0;
const ERROR_RSP = 0x01;
const READ_REQ = 0x0a;

/**
 * Asks a host whether it lives, with a read that only fits its own answer: of a handle that is not there, which the error
 * names (Core 6 Vol 3 Part F 3.4.1.1). ATT answers in order, so what came before it belongs to what was sent before, and
 * nothing of that is left to be taken for an answer later.
 */
export class NumberedQuestion {
  readonly #link: BleLink;
  #asked = 0;
  #answered: ((lives: boolean) => void) | null = null;

  constructor(link: BleLink) {
    this.#link = link;
  }

  /** Whether the host answers in time; false as well when the link ends. */
  async ask(deadlineMs: number, { signal }: CallOptions): Promise<boolean> {
    const { clock, closed } = this.#link;
    this.#asked = (this.#asked + 1) % ABSENT;
    const payload = encodeAtt({ type: 'readReq', handle: this.#handle });
    const wait = { clock, signals: [signal, closed], deadlineMs, onDeadline: () => false };
    try {
      return await waitFor<boolean>(wait, (resolve) => {
        this.#answered = resolve;
        this.#link.send({ cid: CID.att, payload });
        return () => void (this.#answered = null);
      });
    } catch (error) {
      if (signal.aborted || !isAssayError(error) || error.fault !== 'peer') throw error;
      return false;
    }
  }

  /** Takes the answer, where a frame is it; gives whether it was. */
  take({ cid, payload }: L2capFrame): boolean {
    const handle = (payload[2] ?? 0) + 256 * (payload[3] ?? 0);
    const isAnswer =
      cid === CID.att && payload[0] === ERROR_RSP && payload[1] === READ_REQ && handle === this.#handle;
    if (isAnswer) this.#answered?.(true);
    return isAnswer;
  }

  get #handle(): number {
    return FIRST_ABSENT + this.#asked;
  }
}
