import { CreditChannel, type ChannelEvents, type ChannelLimits } from '#codecs/ble/credit-channel.ts';
import {
  channelRefusal,
  reconfigureResult,
  requestRefusal,
  type ChannelState,
} from '#codecs/ble/credit-requests.ts';
import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import {
  CHANNEL_LEAST,
  CREDIT_RESULT,
  decodeSignal,
  RECONFIGURE_RESULT,
  REJECT,
  type Signal,
  type SignalFrame,
} from '#codecs/ble/l2cap-signal.ts';
import { SignalRequests } from '#codecs/ble/signal-requests.ts';

/** A service that takes channels. */
export interface ChannelService {
  readonly limits: ChannelLimits;
  readonly needsEncryption: boolean;
  /** A channel was opened; gives who hears of it. */
  readonly opened: (channel: CreditChannel) => ChannelEvents;
}

/** What the channels of a link work with. */
export interface CreditChannelsOptions {
  readonly send: (frame: L2capFrame) => void;
  readonly encrypted: () => boolean;
  /** Services by SPSM; none: every request is refused. */
  readonly services?: ReadonlyMap<number, ChannelService>;
  readonly mostChannels?: number;
}

/** Channels that were opened, and how the peer answered: 0 where it took all of them, null where it did not know the request. */
export interface Opened {
  readonly channels: readonly CreditChannel[];
  readonly result: number | null;
}

type Wish = Extract<Signal, { readonly type: 'creditConnectReq' | 'enhancedConnectReq' }>;

const MOST_CHANNELS = 8;

/** Signalling and credit-based channels of one link, either side. Takes any bytes. */
export class CreditChannels {
  readonly #options: CreditChannelsOptions;
  readonly #channels = new Map<number, CreditChannel>();
  readonly #requests: SignalRequests;
  /** Numbers that requests of ours have named. */
  readonly #reserved = new Set<number>();

  constructor(options: CreditChannelsOptions) {
    this.#options = options;
    this.#requests = new SignalRequests(options.send);
  }

  /** Channels that are open. */
  get open(): readonly CreditChannel[] {
    return [...this.#channels.values()];
  }

  /** Asks for one channel, or with `count` by the enhanced request for so many. */
  connect(
    spsm: number,
    limits: ChannelLimits,
    {
      count,
      events,
      done,
    }: {
      readonly count?: number;
      readonly events: (channel: CreditChannel) => ChannelEvents;
      readonly done: (opened: Opened) => void;
    },
  ): void {
    const nears = Array.from({ length: count ?? 1 }, () => this.#freeCid());
    const [scid = 0] = nears;
    const request: Wish =
      count === undefined
        ? { type: 'creditConnectReq', spsm, scid, ...limits }
        : { type: 'enhancedConnectReq', spsm, ...limits, scids: nears.map((cid) => ({ cid })) };
    this.#requests.ask(request, (answer) => {
      for (const near of nears) this.#reserved.delete(near);
      done(this.#connected(answer, nears, limits, events));
    });
  }

  /** Tells the peer that we take larger SDUs or other K-frames; `done` gets the result, null where it did not know the request. */
  reconfigure(
    channels: readonly CreditChannel[],
    { mtu, mps }: Pick<ChannelLimits, 'mtu' | 'mps'>,
    done: (result: number | null) => void,
  ): void {
    const dcids = channels.map(({ near }) => ({ cid: near }));
    this.#requests.ask({ type: 'reconfigureReq', mtu, mps, dcids }, (answer) => {
      const result = answer.type === 'reconfigureRsp' ? answer.result : null;
      if (result === RECONFIGURE_RESULT.ok) for (const one of channels) one.reconfigure('own', mtu, mps);
      done(result);
    });
  }

  /** Closes a channel; `done` hears when the peer has confirmed. */
  close({ near, far }: CreditChannel, done: () => void = () => undefined): void {
    this.#requests.ask({ type: 'disconnectReq', dcid: far, scid: near }, () => done());
    this.#remove(near);
  }

  /** The link has ended. */
  end(): void {
    for (const near of this.#channels.keys()) this.#remove(near);
    this.#requests.forget();
  }

  /** A frame of the signalling channel; what cannot be read is rejected by its identifier. */
  signal(payload: Uint8Array): void {
    const frame = decodeSignal(payload);
    if (frame instanceof Error) this.#requests.reject(payload[1] ?? 0, REJECT.notUnderstood);
    else if (frame.id !== 0) this.#serve(frame);
  }

  /** A frame of a dynamic channel; gives whether there is one. */
  frame({ cid, payload }: L2capFrame): boolean {
    const channel = this.#channels.get(cid);
    if (channel === undefined) return false;
    if (channel.take(payload) !== null) this.close(channel);
    return true;
  }

  #serve({ id, signal }: SignalFrame): void {
    switch (signal.type) {
      case 'creditConnectReq':
      case 'enhancedConnectReq':
        this.#answerWish(id, signal);
        break;
      case 'disconnectReq':
        this.#disconnect(id, signal.dcid, signal.scid);
        break;
      case 'credit':
        this.#credited(signal.cid, signal.credits);
        break;
      case 'reconfigureReq':
        this.#reconfigured(id, signal);
        break;
      // Answers to what we did not ask change nothing.
      case 'reject':
      case 'disconnectRsp':
      case 'creditConnectRsp':
      case 'enhancedConnectRsp':
      case 'reconfigureRsp':
        this.#requests.answered(id, signal);
        break;
      case 'parameterRsp':
        break;
      default:
        this.#requests.reject(id, REJECT.notUnderstood);
    }
  }

  #connected(
    answer: Signal,
    nears: readonly number[],
    own: ChannelLimits,
    events: (channel: CreditChannel) => ChannelEvents,
  ): Opened {
    if (answer.type !== 'creditConnectRsp' && answer.type !== 'enhancedConnectRsp') {
      return { channels: [], result: null };
    }
    const isEnhanced = answer.type === 'enhancedConnectRsp';
    const fars = isEnhanced ? answer.dcids.map(({ cid }) => cid) : [answer.dcid];
    const isRefused = !isEnhanced && answer.result !== CREDIT_RESULT.ok;
    const channels = nears.flatMap((near, index) => {
      const far = fars[index] ?? 0;
      const isTaken = this.open.some((one) => one.far === far);
      if (isRefused || isTaken || far < CID.firstDynamic || far > CID.lastDynamic) return [];
      if (Math.min(answer.mtu, answer.mps) >= CHANNEL_LEAST.plain) {
        return [this.#add({ near, far, own, peer: answer }, events)];
      }
      // A channel that carries less than the protocol asks for is closed again.
      this.#requests.tell({ type: 'disconnectReq', dcid: far, scid: near });
      return [];
    });
    return { channels, result: answer.result };
  }

  #add(
    ends: {
      readonly near: number;
      readonly far: number;
      readonly own: ChannelLimits;
      readonly peer: ChannelLimits;
    },
    events: (channel: CreditChannel) => ChannelEvents,
  ): CreditChannel {
    const { near, far } = ends;
    let heard: ChannelEvents | null = null;
    const channel: CreditChannel = new CreditChannel({
      ...ends,
      send: (payload) => this.#options.send({ cid: far, payload }),
      grant: (credits) => this.#requests.tell({ type: 'credit', cid: near, credits }),
      events: { sdu: (bytes) => heard?.sdu(bytes), closed: () => heard?.closed() },
    });
    heard = events(channel);
    this.#channels.set(near, channel);
    return channel;
  }

  #answerWish(id: number, wish: Wish): void {
    const service = this.#options.services?.get(wish.spsm);
    const { mostChannels = MOST_CHANNELS } = this.#options;
    const state = (): ChannelState => ({
      open: this.open,
      mostChannels,
      needsEncryption: service?.needsEncryption ?? null,
      encrypted: this.#options.encrypted(),
    });
    const none = { mtu: 0, mps: 0, credits: 0 };
    const refused = requestRefusal(wish, state());
    const scids = wish.type === 'creditConnectReq' ? [wish.scid] : wish.scids.map(({ cid }) => cid);
    let result: number = refused ?? CREDIT_RESULT.ok;
    const dcids = scids.map((far) => {
      const refusal = refused ?? channelRefusal(far, state());
      if (refusal !== null) result = refusal;
      if (refusal !== null || service === undefined) return { cid: 0 };
      const { near } = this.#add(
        { near: this.#freeCid(), far, own: service.limits, peer: wish },
        service.opened,
      );
      this.#reserved.delete(near);
      return { cid: near };
    });
    const limits = dcids.some(({ cid }) => cid !== 0) ? (service?.limits ?? none) : none;
    const [first] = dcids;
    this.#requests.reply(
      id,
      wish.type === 'creditConnectReq'
        ? { type: 'creditConnectRsp', dcid: first?.cid ?? 0, ...limits, result }
        : { type: 'enhancedConnectRsp', ...limits, dcids: refused === null ? dcids : [], result },
    );
  }

  #disconnect(id: number, dcid: number, scid: number): void {
    const channel = this.#channels.get(dcid);
    if (channel === undefined) this.#requests.reject(id, REJECT.invalidCid);
    else if (channel.far === scid) {
      this.#remove(dcid);
      this.#requests.reply(id, { type: 'disconnectRsp', dcid, scid });
    }
  }

  #credited(far: number, credits: number): void {
    const channel = this.#byFar(far);
    if (channel !== undefined && channel.credited(credits) !== null) this.close(channel);
  }

  #reconfigured(id: number, change: Extract<Signal, { readonly type: 'reconfigureReq' }>): void {
    const found = change.dcids.map(({ cid }) => this.#byFar(cid));
    const result = reconfigureResult(change, found);
    if (result === RECONFIGURE_RESULT.ok) {
      for (const channel of found) channel?.reconfigure('peer', change.mtu, change.mps);
    }
    this.#requests.reply(id, { type: 'reconfigureRsp', result });
  }

  #byFar(far: number): CreditChannel | undefined {
    return this.open.find((channel) => channel.far === far);
  }

  #freeCid(): number {
    let cid: number = CID.firstDynamic;
    while (this.#channels.has(cid) || this.#reserved.has(cid)) cid += 1;
    this.#reserved.add(cid);
    return cid;
  }

  #remove(near: number): void {
    const channel = this.#channels.get(near);
    this.#channels.delete(near);
    channel?.end();
  }
}
