import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { CreditChannel, ChannelEvents, ChannelLimits } from '#codecs/ble/credit-channel.ts';
import { CreditChannels, type ChannelService, type Opened } from '#codecs/ble/credit-channels.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';

/** What we take unless told otherwise: as much as one ACL packet of most controllers carries. */
export const CHANNEL_LIMITS: ChannelLimits = { mtu: 512, mps: 247, credits: 16 };

/** How a channel is asked for. */
export interface OpenOptions extends CallOptions {
  readonly limits?: ChannelLimits;
  /** By the enhanced request, so many at once; left out: one, by the plain request. */
  readonly count?: number;
  /** Who hears of what comes. */
  readonly events?: (channel: CreditChannel) => ChannelEvents;
}

/** Signalling is answered within this time (RTX, Core 6 Vol 3 Part A 6.2.1). */
const ANSWER_MS = 5000;
const DEAF: ChannelEvents = { sdu: () => undefined, closed: () => undefined };

/** Credit-based channels of one link: opens them, and serves what the peer opens. */
export class BleChannels {
  readonly link: BleLink;
  readonly #channels: CreditChannels;

  constructor(link: BleLink, services: ReadonlyMap<number, ChannelService> = new Map()) {
    this.link = link;
    this.#channels = new CreditChannels({
      send: (frame) => link.send(frame),
      encrypted: () => link.encrypted,
      services,
    });
    link.listen({
      frame: (frame) => {
        if (frame.cid === CID.signalling) this.#channels.signal(frame.payload);
        else if (frame.cid >= CID.firstDynamic) this.#channels.frame(frame);
      },
    });
    link.closed.addEventListener('abort', () => this.#channels.end(), { once: true });
  }

  /** Channels that are open. */
  get open(): readonly CreditChannel[] {
    return this.#channels.open;
  }

  /** Asks for channels. PeerErrors `ble-signal-silent`, `ble-...` when the link ends. */
  connect(spsm: number, options: OpenOptions): Promise<Opened> {
    const { limits = CHANNEL_LIMITS, count, events = () => DEAF } = options;
    return this.#answered<Opened>(options, 'the request for a channel', (done) =>
      this.#channels.connect(spsm, limits, { events, done, ...(count === undefined ? {} : { count }) }),
    );
  }

  /** Tells the peer that we take more from now on; gives its result, null where it did not know the request. */
  reconfigure(
    channels: readonly CreditChannel[],
    limits: Pick<ChannelLimits, 'mtu' | 'mps'>,
    call: CallOptions,
  ): Promise<number | null> {
    return this.#answered<number | null>(call, 'the request to reconfigure', (done) =>
      this.#channels.reconfigure(channels, limits, done),
    );
  }

  /** Closes a channel; resolves when the peer has confirmed. */
  close(channel: CreditChannel, call: CallOptions): Promise<void> {
    return this.#answered<void>(call, 'the request to close a channel', (done) =>
      this.#channels.close(channel, () => done()),
    );
  }

  /** Asks to close a channel, and does not wait. */
  abandon(channel: CreditChannel): void {
    this.#channels.close(channel);
  }

  #answered<T>(
    { signal, deadlineMs = ANSWER_MS }: CallOptions,
    what: string,
    ask: (done: (value: T) => void) => void,
  ): Promise<T> {
    const { clock, closed } = this.link;
    const onDeadline = (): never => {
      throw new PeerError({
        code: 'ble-signal-silent',
        message: `no answer to ${what} within ${deadlineMs} ms`,
        remedy: 'look at the capture: a sound device answers every signalling request, if by a reject',
      });
    };
    return waitFor<T>({ clock, signals: [signal, closed], deadlineMs, onDeadline }, (resolve) => {
      ask(resolve);
      return () => undefined;
    });
  }
}
