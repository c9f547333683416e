import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { UsageError } from '#core/errors.ts';
import type { RawLink, RawRadio } from '#core/raw-radio.ts';
import { formatAddress, sameAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import {
  decodeDataPdu,
  encodeConnectInd,
  encodeLlControl,
  LLID,
  type ConnectInd,
} from '#codecs/ble/link-layer.ts';
import type { RawCase, RawStep } from '#codecs/ble/raw-case.ts';

/** What a device did with a raw case. */
export interface RawResult {
  readonly reaction: 'crash' | 'hang' | 'alive';
  readonly what: string;
}

export interface RawRunnerOptions {
  readonly radio: RawRadio;
  readonly clock: Clock;
  readonly own: DeviceAddress;
  readonly target: DeviceAddress;
  /** The only devices that are ever talked to. */
  readonly allow: readonly DeviceAddress[];
  /** Boots that the console has told of; left out: there is no console. */
  readonly boots?: () => number;
  /** Restarts the device after an alarm. */
  readonly reset: () => Promise<void>;
}

/** The largest supervision timeout that a case leaves behind, and time for what was sent to be answered. */
const RETURN_MS = 3000;
const ANSWER_MS = 200;
/** Parameters that every device takes: 7.5 ms, a timeout of 100 ms, all channels. */
const SOUND = {
  accessAddress: 0x5a3c9e17,
  crcInit: 0x17e9c3,
  windowSize: 2,
  windowOffset: 0,
  interval: 6,
  latency: 0,
  timeout: 10,
  channels: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f),
  hop: 7,
} as const;
const VERSION = encodeLlControl({ type: 'versionInd', version: 13, company: 0xffff, subversion: 0 });

/** Runs raw cases against one allowed device, and asks after each whether its link layer answers. */
export class RawRunner {
  readonly #options: RawRunnerOptions;

  constructor(options: RawRunnerOptions) {
    const { target, allow } = options;
    if (!allow.some((allowed) => sameAddress(allowed, target))) throw notAllowed(target, allow);
    this.#options = options;
  }

  /** Runs one case; after an alarm the device is restarted. */
  async run({ steps }: RawCase, call: CallOptions): Promise<RawResult> {
    const { boots = () => 0, reset } = this.#options;
    const booted = boots();
    const begins = steps[0]?.do === 'connect';
    let link = begins ? null : await this.#connect({}, call);
    for (const step of steps) link = await this.#step(step, link, call);
    await this.#options.clock.sleep(ANSWER_MS, call.signal);
    link?.drop();
    const back = await this.#returns(call);
    const result = this.#judged(boots() > booted, back);
    if (result.reaction !== 'alive') await reset();
    return result;
  }

  #judged(restarted: boolean, back: string | null): RawResult {
    if (restarted) return { reaction: 'crash', what: 'it restarted by itself' };
    if (back !== null) return { reaction: 'hang', what: back };
    return { reaction: 'alive', what: 'a new link answers' };
  }

  async #step(step: RawStep, link: RawLink | null, call: CallOptions): Promise<RawLink | null> {
    if (step.do === 'connect') {
      link?.drop();
      return this.#connect(step.fields, call);
    }
    if (step.do === 'wait') await this.#options.clock.sleep(step.ms, call.signal);
    else link?.send(step.bytes, step.event === undefined ? {} : { event: step.event });
    return link;
  }

  #connect(
    fields: Readonly<Record<string, number | Uint8Array>>,
    call: CallOptions,
  ): Promise<RawLink | null> {
    const { radio, own, target } = this.#options;
    const sound: ConnectInd = { ...SOUND, initiator: own.bytes, advertiser: target.bytes };
    return radio.connect(encodeConnectInd(sound, fields), call);
  }

  /** Null when it advertises, takes a sound link and tells its version over it; else what was missing. */
  async #returns(call: CallOptions): Promise<string | null> {
    const { radio, target, clock } = this.#options;
    if (!(await radio.hears(target.bytes, { ...call, deadlineMs: RETURN_MS })))
      return 'it advertises no more';
    const link = await this.#connect({}, call);
    if (link === null) return 'it takes no link';
    const answers: number[] = [];
    link.listen((bytes) => {
      const pdu = decodeDataPdu(bytes);
      if (!(pdu instanceof Error) && pdu.llid === LLID.control) answers.push(pdu.payload[0] ?? -1);
    });
    link.send(VERSION);
    await clock.sleep(ANSWER_MS, call.signal);
    link.drop();
    await clock.sleep(ANSWER_MS, call.signal);
    return answers.includes(VERSION[2] ?? -1) ? null : 'its link layer is silent';
  }
}

function notAllowed(target: DeviceAddress, allow: readonly DeviceAddress[]): UsageError {
  return new UsageError({
    code: 'ble-target',
    message: `${formatAddress(target)} is not on the list of devices that may be talked to`,
    expected: allow.map(formatAddress).join(', ') || 'a device; the list is empty',
    got: formatAddress(target),
    remedy: 'list the address of your own board; no other device is ever talked to',
  });
}
