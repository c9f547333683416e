import type { PeerError } from '#core/errors.ts';
import { CREDITS_MOST, segmentSdu, SduReassembler } from '#codecs/ble/l2cap-credit.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';

/** What one side takes: SDUs and K-frames of at most so many bytes, and so many K-frames at first. */
export interface ChannelLimits {
  readonly mtu: number;
  readonly mps: number;
  readonly credits: number;
}

/** What happens on a channel; nothing comes after `closed`. */
export interface ChannelEvents {
  sdu(bytes: Uint8Array): void;
  /** By us, by the peer, or because the link has ended. */
  closed(): void;
}

/** What a channel is made of. */
export interface CreditChannelOptions {
  /** The channel's numbers: ours, on which we are sent to, and theirs. */
  readonly near: number;
  readonly far: number;
  readonly own: ChannelLimits;
  readonly peer: ChannelLimits;
  readonly send: (payload: Uint8Array) => void;
  /** Gives the peer credits. */
  readonly grant: (credits: number) => void;
  readonly events: ChannelEvents;
}

/** One credit-based channel (Core 6 Vol 3 Part A 3.4, 10.1), the same at both ends. */
export class CreditChannel {
  readonly near: number;
  readonly far: number;
  readonly #options: CreditChannelOptions;
  readonly #waiting: Uint8Array[] = [];
  #sdus: SduReassembler;
  #own: ChannelLimits;
  #peer: ChannelLimits;
  /** K-frames that we may still send, and the peer. */
  #ours: number;
  #theirs: number;
  #isOpen = true;

  constructor(options: CreditChannelOptions) {
    this.#options = options;
    ({ near: this.near, far: this.far } = options);
    [this.#own, this.#peer] = [options.own, options.peer];
    [this.#ours, this.#theirs] = [options.peer.credits, options.own.credits];
    this.#sdus = new SduReassembler(options.own);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Limits of our side and of the peer's, as last agreed. */
  get own(): ChannelLimits {
    return this.#own;
  }

  get peer(): ChannelLimits {
    return this.#peer;
  }

  /** K-frames that wait for credits. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Credits that we have. */
  get credits(): number {
    return this.#ours;
  }

  /** Sends an SDU as the peer takes it, as far as there are credits; the rest follows when it gives more. */
  send(sdu: Uint8Array): void {
    this.#waiting.push(...segmentSdu(sdu, this.#peer.mps));
    this.#pump();
  }

  /** One K-frame as it is, past every limit. */
  sendRaw(payload: Uint8Array): void {
    this.#ours = Math.max(0, this.#ours - 1);
    this.#options.send(payload);
  }

  /** Takes a K-frame; an error says why the channel has to be closed. */
  take(payload: Uint8Array): PeerError | null {
    if (this.#theirs === 0) return bleError('credits', 'a K-frame came without a credit', 'none', '1');
    this.#theirs -= 1;
    const sdu = this.#sdus.push(payload);
    if (sdu instanceof Error) return sdu;
    this.#theirs += 1;
    this.#options.grant(1);
    if (sdu !== null) this.#options.events.sdu(sdu);
    return null;
  }

  /** Takes credits; an error says why the channel has to be closed. */
  credited(credits: number): PeerError | null {
    const sum = this.#ours + credits;
    if (credits === 0 || sum > CREDITS_MOST) {
      return bleError(
        'credits',
        'the peer gave credits that may not be',
        `1 to ${CREDITS_MOST}`,
        String(sum),
      );
    }
    this.#ours = sum;
    this.#pump();
    return null;
  }

  /** The peer, or we, take larger SDUs or other K-frames from now on. */
  reconfigure(side: 'own' | 'peer', mtu: number, mps: number): void {
    if (side === 'peer') this.#peer = { ...this.#peer, mtu, mps };
    else {
      this.#own = { ...this.#own, mtu, mps };
      this.#sdus = new SduReassembler(this.#own);
    }
  }

  /** For whoever keeps the channels: it is closed. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waiting.splice(0);
    this.#options.events.closed();
  }

  #pump(): void {
    while (this.#ours > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#ours -= 1;
      this.#options.send(next);
    }
  }
}
