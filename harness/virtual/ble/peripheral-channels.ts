import type { Clock } from '#core/clock.ts';
import { AttServer, type AttServerOptions } from '#codecs/ble/att-server.ts';
import { decodeAtt } from '#codecs/ble/att.ts';
import type { ChannelEvents, CreditChannel } from '#codecs/ble/credit-channel.ts';
import { CreditChannels } from '#codecs/ble/credit-channels.ts';
import type { L2capFrame } from '#codecs/ble/l2cap.ts';
import type { BleFault } from '#virtual/ble/peripheral-faults.ts';

/** A service that sends back what it gets, and ATT over channels (Assigned Numbers 2.5). */
export const SPSM = { echo: 0x80, eatt: 0x27 } as const;

const LIMITS = { mtu: 256, mps: 64, credits: 8 } as const;
const MOST_CHANNELS = 4;
/** Time that the host's task takes for an SDU. */
const SERVE_MS = 1;
/** A flaw of each service, and what it does to the device. */
const CLOSED_USED = { flaw: 'ble/closed-channel-used', fault: 'crash' } as const;
const CLOSED_FREEZES = { flaw: 'ble/bearer-closed-freezes', fault: 'hang' } as const;

/** What the channels of the virtual peripheral work with. */
export interface PeripheralChannelsOptions {
  readonly clock: Clock;
  readonly flaws: ReadonlySet<string>;
  readonly send: (frame: L2capFrame) => void;
  readonly encrypted: () => boolean;
  readonly fail: (fault: BleFault) => void;
  readonly att: AttServerOptions;
}

/** The channel services of the virtual peripheral on one link. */
export class PeripheralChannels {
  readonly #options: PeripheralChannelsOptions;
  readonly #channels: CreditChannels;

  constructor(options: PeripheralChannelsOptions) {
    this.#options = options;
    const { send, encrypted } = options;
    const echo = (channel: CreditChannel) => this.#served(channel, CLOSED_USED, (sdu) => sdu);
    const eatt = (channel: CreditChannel) => this.#bearer(channel);
    this.#channels = new CreditChannels({
      send,
      encrypted,
      mostChannels: MOST_CHANNELS,
      services: new Map([
        [SPSM.echo, { limits: LIMITS, needsEncryption: false, opened: echo }],
        [SPSM.eatt, { limits: LIMITS, needsEncryption: true, opened: eatt }],
      ]),
    });
  }

  signal(payload: Uint8Array): void {
    this.#channels.signal(payload);
  }

  frame(frame: L2capFrame): void {
    this.#channels.frame(frame);
  }

  /** The link has ended. */
  end(): void {
    this.#channels.end();
  }

  /** A bearer of ATT, with a server of its own. */
  #bearer(channel: CreditChannel): ChannelEvents {
    const server = new AttServer(this.#options.att);
    return this.#served(
      channel,
      CLOSED_FREEZES,
      (sdu) => server.handle(sdu, this.#options.encrypted()),
      (sdu) => decodeAtt(sdu) instanceof Error,
    );
  }

  /**
   * SDUs are served one after another by a task. With the flaw, a channel that is closed while one waits takes the device
   * down; `matters` says for which.
   */
  #served(
    channel: CreditChannel,
    { flaw, fault }: { readonly flaw: string; readonly fault: BleFault },
    serve: (sdu: Uint8Array) => Uint8Array | null,
    matters: (sdu: Uint8Array) => boolean = () => true,
  ): ChannelEvents {
    const { clock, flaws, fail } = this.#options;
    const waiting: Uint8Array[] = [];
    return {
      sdu: (sdu) => {
        waiting.push(sdu);
        clock.setTimeout(() => {
          const next = waiting.shift();
          const answer = next === undefined || !channel.isOpen ? null : serve(next);
          if (answer !== null) channel.send(answer);
        }, SERVE_MS);
      },
      closed: () => {
        if (flaws.has(flaw) && waiting.some(matters)) fail(fault);
        waiting.splice(0);
      },
    };
  }
}
