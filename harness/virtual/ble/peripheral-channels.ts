import { PeerError } from '#core/errors.ts';
import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { SduReassembler, segmentSdu } from '#codecs/ble/l2cap-credit.ts';
import {
  CREDIT_RESULT,
  decodeSignal,
  encodeSignal,
  MOST_ENHANCED,
  REJECT,
  type Signal,
  type SignalFrame,
} from '#codecs/ble/l2cap-signal.ts';

/** The one service that takes channels here: it sends back what it gets. */
export const ECHO_SPSM = 0x80;

const LIMITS = { mtu: 256, mps: 64, credits: 8 } as const;
const MOST_CHANNELS = 4;

interface Channel {
  readonly far: number;
  readonly mps: number;
  readonly sdus: SduReassembler;
  /** Frames that the other side may still send, and we. */
  theirs: number;
  ours: number;
}

type Wish = Extract<Signal, { readonly type: 'creditConnectReq' }>;

/** Signalling and credit-based channels of a peripheral on one link. Takes any bytes. */
export class PeripheralChannels {
  readonly #send: (frame: L2capFrame) => void;
  readonly #channels = new Map<number, Channel>();

  constructor(send: (frame: L2capFrame) => void) {
    this.#send = send;
  }

  /** A frame of the signalling channel; what cannot be read is rejected by its identifier. */
  signal(payload: Uint8Array): void {
    const frame = decodeSignal(payload);
    if (frame instanceof Error) this.#reject(payload[1] ?? 0, REJECT.notUnderstood);
    else if (frame.id !== 0) this.#serve(frame);
  }

  /** A frame of a dynamic channel; gives whether there is one. */
  frame({ cid, payload }: L2capFrame): boolean {
    const channel = this.#channels.get(cid);
    if (channel === undefined) return false;
    const sdu = channel.theirs === 0 ? overdrawn() : channel.sdus.push(payload);
    channel.theirs -= 1;
    if (sdu instanceof Error) this.#close(cid, channel);
    else {
      this.#say({ type: 'credit', cid, credits: 1 });
      channel.theirs += 1;
      if (sdu !== null) this.#echo(channel, sdu);
    }
    return true;
  }

  #serve({ id, signal }: SignalFrame): void {
    switch (signal.type) {
      case 'creditConnectReq':
        this.#reply(id, { type: 'creditConnectRsp', ...this.#open(signal) });
        break;
      case 'enhancedConnectReq':
        this.#reply(id, {
          type: 'enhancedConnectRsp',
          mtu: 0,
          mps: 0,
          credits: 0,
          dcids: [],
          result:
            signal.scids.length === 0 || signal.scids.length > MOST_ENHANCED
              ? CREDIT_RESULT.invalidParameters
              : CREDIT_RESULT.noSpsm,
        });
        break;
      case 'disconnectReq':
        this.#disconnect(id, signal.dcid, signal.scid);
        break;
      case 'credit':
        this.#grant(signal.cid, signal.credits);
        break;
      // Answers to what we did not ask change nothing.
      case 'reject':
      case 'disconnectRsp':
      case 'parameterRsp':
      case 'creditConnectRsp':
      case 'enhancedConnectRsp':
      case 'reconfigureRsp':
        break;
      default:
        this.#reject(id, REJECT.notUnderstood);
    }
  }

  #open({
    spsm,
    scid,
    mtu,
    mps,
    credits,
  }: Wish): Omit<Extract<Signal, { type: 'creditConnectRsp' }>, 'type'> {
    const refuse = (result: number) => ({ dcid: 0, mtu: 0, mps: 0, credits: 0, result });
    if (spsm !== ECHO_SPSM) return refuse(CREDIT_RESULT.noSpsm);
    if (mtu < 23 || mps < 23) return refuse(CREDIT_RESULT.unacceptable);
    if (scid < CID.firstDynamic || scid > CID.lastDynamic) return refuse(CREDIT_RESULT.invalidScid);
    if ([...this.#channels.values()].some(({ far }) => far === scid)) return refuse(CREDIT_RESULT.scidInUse);
    if (this.#channels.size >= MOST_CHANNELS) return refuse(CREDIT_RESULT.noResources);
    let dcid = CID.firstDynamic as number;
    while (this.#channels.has(dcid)) dcid += 1;
    const sdus = new SduReassembler(LIMITS);
    this.#channels.set(dcid, { far: scid, mps, sdus, theirs: LIMITS.credits, ours: credits });
    return { dcid, ...LIMITS, result: CREDIT_RESULT.ok };
  }

  #disconnect(id: number, dcid: number, scid: number): void {
    const channel = this.#channels.get(dcid);
    if (channel === undefined) this.#reject(id, REJECT.invalidCid);
    else if (channel.far === scid) {
      this.#channels.delete(dcid);
      this.#reply(id, { type: 'disconnectRsp', dcid, scid });
    }
  }

  /** The sum of credits may not pass 65535; who gives more loses the channel. */
  #grant(far: number, credits: number): void {
    const found = [...this.#channels].find(([, channel]) => channel.far === far);
    if (found === undefined) return;
    const [cid, channel] = found;
    channel.ours += credits;
    if (channel.ours > 0xffff || credits === 0) this.#close(cid, channel);
  }

  #echo(channel: Channel, sdu: Uint8Array): void {
    for (const payload of segmentSdu(sdu, channel.mps)) {
      if (channel.ours === 0) return;
      channel.ours -= 1;
      this.#send({ cid: channel.far, payload });
    }
  }

  #close(cid: number, { far }: Channel): void {
    this.#channels.delete(cid);
    this.#say({ type: 'disconnectReq', dcid: far, scid: cid });
  }

  #reject(id: number, reason: number): void {
    const details = reason === REJECT.invalidCid ? new Uint8Array(4) : new Uint8Array();
    if (id !== 0) this.#reply(id, { type: 'reject', reason, details });
  }

  #say(signal: Signal): void {
    this.#reply(1, signal);
  }

  #reply(id: number, signal: Signal): void {
    this.#send({ cid: CID.signalling, payload: encodeSignal({ id, signal }) });
  }
}

function overdrawn(): PeerError {
  return new PeerError({
    code: 'ble-credits',
    message: 'a frame came without a credit',
    remedy: 'close the channel (Core 6 Vol 3 Part A 10.1)',
  });
}
