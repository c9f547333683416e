import {
  channelCount,
  decodeConnectInd,
  decodeDataPdu,
  decodeLlControl,
  encodeDataPdu,
  encodeLlControl,
  LL_FLAG,
  LLID,
  type ConnectInd,
  type LlControl,
} from '#codecs/ble/link-layer.ts';
import type { AirEnd } from '#virtual/ble/air-link.ts';
import type { BleFault } from '#virtual/ble/peripheral-faults.ts';

type Flaws = ReadonlySet<string>;

/** Access address of advertising, which no link may have (Core 6 Vol 6 Part B 2.1.2). */
const ADVERTISING_ADDRESS = 0x8e89bed6;
/** Limits of a connection's parameters (2.3.3.1, 4.5.1): units of 1.25 and 10 ms. */
const LIMITS = { interval: [6, 3200], timeout: [10, 3200], hop: [5, 16], channels: 2 } as const;
const FEATURES = new Uint8Array(8);
const LENGTHS = { rxOctets: 251, rxTime: 2120, txOctets: 251, txTime: 2120 } as const;
const VERSION = { type: 'versionInd', version: 13, company: 0xffff, subversion: 0 } as const;

const isWithin = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;

/** What becomes of a connection request. */
export type ConnectOutcome = { readonly takes: boolean; readonly fault: BleFault | null };

/** A sound device ignores a request that breaks the limits; a flawed one follows it to where it cannot go. */
export function connectOutcome(flaws: Flaws, payload: Uint8Array): ConnectOutcome {
  const request = decodeConnectInd(payload);
  const broken = request instanceof Error ? 'll/connect-truncated' : brokenLimit(request);
  if (broken === null) return { takes: true, fault: null };
  const fault = broken === 'll/access-address-trusted' ? 'hang' : 'crash';
  return { takes: false, fault: flaws.has(broken) ? fault : null };
}

function brokenLimit({ accessAddress, interval, timeout, channels, hop }: ConnectInd): string | null {
  const isNoAddress = [0, 0xffffffff, ADVERTISING_ADDRESS].includes(accessAddress);
  if (isNoAddress) return 'll/access-address-trusted';
  if (channelCount(channels) < LIMITS.channels) return 'll/channel-map-trusted';
  const isTimed = isWithin(interval, LIMITS.interval) && isWithin(timeout, LIMITS.timeout);
  if (!isTimed) return 'll/connect-interval-trusted';
  return isWithin(hop & 0x1f, LIMITS.hop) ? null : 'll/hop-trusted';
}

/** What a link layer works with. */
export interface LinkLayerOptions {
  readonly flaws: Flaws;
  /** The central's end of the link behind it, which carries L2CAP fragments. */
  readonly end: AirEnd;
  /** Sends a PDU to the central. */
  readonly say: (pdu: Uint8Array) => void;
  readonly fail: (fault: BleFault) => void;
  readonly ended: () => void;
}

/**
 * The peripheral's link layer as far as lengths, kinds and control procedures go; no radio, no clock, no encryption. A
 * sound one drops what does not fit, and answers each procedure once it is over.
 */
export class PeerLinkLayer {
  readonly #options: LinkLayerOptions;
  #saidVersion = false;
  #isFirst = true;
  #procedures = 0;
  #phyPending = false;

  constructor(options: LinkLayerOptions) {
    this.#options = options;
    options.end.listen({
      piece: (isStart, data) => options.say(encodeDataPdu(isStart ? LLID.start : LLID.continuation, data)),
      closed: () => options.ended(),
      keyRequest: () => undefined,
      encryption: () => undefined,
    });
  }

  /** A data channel PDU of the central. */
  take(bytes: Uint8Array): void {
    const pdu = decodeDataPdu(bytes);
    if (pdu instanceof Error) return;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst && (pdu.flags & LL_FLAG.sequence) !== 0 && this.#flawed('ll/first-anchor-trusted')) return;
    if (pdu.llid === LLID.reserved) this.#flawed('ll/reserved-kind-trusted');
    else if (pdu.length !== pdu.payload.length) this.#flawed('ll/length-trusted');
    else if (pdu.llid !== LLID.control) this.#options.end.send(pdu.llid === LLID.start, pdu.payload);
    else this.#control(pdu.payload);
  }

  #control(payload: Uint8Array): void {
    const received = decodeLlControl(payload);
    if (received instanceof Error) return;
    if (this.#phyPending && received.type !== 'phyUpdateInd' && this.#flawed('ll/phy-instant-trusted'))
      return;
    if (received.type === 'raw') this.#say({ type: 'unknownRsp', code: received.code });
    else this.#procedure(received);
  }

  #procedure(received: LlControl): void {
    switch (received.type) {
      case 'versionInd':
        // Once is all that a sound device says of itself (5.1.5).
        if (!this.#saidVersion) this.#say(VERSION);
        else this.#flawed('ll/version-repeated');
        this.#saidVersion = true;
        break;
      case 'featureReq':
      case 'parameterReq':
      case 'lengthReq':
        this.#request(received);
        break;
      case 'phyReq':
        this.#say({ type: 'phyRsp', tx: 1, rx: 1 });
        break;
      case 'phyUpdateInd':
        this.#phyPending = received.instant > 0;
        break;
      case 'channelMapInd':
        if (channelCount(received.channels) < LIMITS.channels) this.#flawed('ll/channel-map-ind-trusted');
        break;
      case 'updateInd':
        if (!isWithin(received.interval, LIMITS.interval) || !isWithin(received.timeout, LIMITS.timeout)) {
          this.#flawed('ll/update-trusted');
        }
        break;
      case 'terminateInd':
        this.#options.end.close(received.reason);
        break;
      default:
    }
  }

  /** Requests that come while one is under way: a sound device answers one after the other. */
  #request(
    received: Extract<LlControl, { readonly type: 'featureReq' | 'parameterReq' | 'lengthReq' }>,
  ): void {
    this.#procedures += 1;
    if (this.#procedures > 1) {
      const isLength = received.type === 'lengthReq';
      if (this.#flawed(isLength ? 'll/length-request-repeated' : 'll/request-repeated')) return;
    }
    if (received.type === 'featureReq') this.#say({ type: 'featureRsp', features: FEATURES });
    else if (received.type === 'lengthReq') this.#say({ type: 'lengthRsp', ...LENGTHS });
    else this.#say({ type: 'unknownRsp', code: PARAMETER_REQ });
  }

  #say(pdu: LlControl): void {
    this.#options.say(encodeLlControl(pdu));
  }

  /** Whether the device is built with a flaw that takes it down here. */
  #flawed(flaw: string): boolean {
    if (!this.#options.flaws.has(flaw)) return false;
    this.#options.fail('crash');
    return true;
  }
}

const PARAMETER_REQ = 0x0f;
