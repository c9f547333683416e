import type { CallOptions } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import type { CreditChannel } from '#codecs/ble/credit-channel.ts';
import { ACL_START } from '#codecs/ble/hci.ts';
import type { L2capFrame } from '#codecs/ble/l2cap.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import type { LinkKey } from '#codecs/ble/pairing-roles.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { BleChannels } from '#drivers/radio/ble/ble-channels.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';
import { pairUntilCheck } from '#drivers/radio/ble/pair-until-check.ts';
import { pair } from '#drivers/radio/ble/pairing.ts';

type StepOf<K extends BleStep['do']> = Extract<BleStep, { readonly do: K }>;

/** Where the steps of one case happen. */
export interface CaseStage {
  readonly adapter: BleAdapter;
  readonly random: (length: number) => Uint8Array;
  /** The link of now. */
  link(): BleLink;
  /** Frames that have come back in this case. */
  answers(): readonly L2capFrame[];
  /** Ends the link and makes another. */
  reconnect(as: StepOf<'reconnect'>['as'], call: CallOptions): Promise<void>;
}

/** By then what was on its way has come: two of the longest intervals that boards ask for in the first seconds. */
const SETTLE_MS = 60;
/** A pairing that stalls longer than this is given up; the specification has thirty seconds. */
const PAIR_MS = 5000;
const ZEROS = new Uint8Array(16);
/** A key that no pairing came to. */
const WRONG = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index);

/** Does the steps of one case, and keeps what later steps and the judgement need. */
export class CaseSteps {
  readonly #stage: CaseStage;
  readonly #keys: LinkKey[] = [];
  #paired: boolean | null = null;
  #channels: BleChannels | null = null;
  #channel: CreditChannel | null = null;

  constructor(stage: CaseStage) {
    this.#stage = stage;
  }

  /** Whether the last pairing succeeded; null: none was tried. */
  get paired(): boolean | null {
    return this.#paired;
  }

  /** Whether a pairing gave a key. */
  get hadBond(): boolean {
    return this.#keys.length > 0;
  }

  /** All steps, as far as there is a link; a link that was lost without a word ends the case. */
  async run(steps: readonly BleStep[], call: CallOptions): Promise<void> {
    for (const step of steps) {
      const { reason } = this.#stage.link();
      if (reason === HCI_STATUS.supervisionTimeout) return;
      if (reason === null || step.do === 'reconnect') await this.#step(step, call);
    }
  }

  async #step(step: BleStep, call: CallOptions): Promise<void> {
    const link = this.#stage.link();
    const { adapter, random } = this.#stage;
    switch (step.do) {
      case 'frame':
        link.send({ cid: step.cid, payload: step.bytes }, step.cuts);
        break;
      case 'pieces':
        sendPieces(link, step);
        break;
      case 'pair-until-check':
        this.#keep(await pairUntilCheck(link, random, call));
        break;
      case 'pair':
        await this.#pair(link, step, call);
        break;
      case 'encrypt':
        await this.#encrypt(link, step, call);
        break;
      case 'reflect':
        this.#reflect(link, step);
        break;
      case 'reconnect':
        await this.#stage.reconnect(step.as, call);
        break;
      case 'open-channel':
        await this.#open(link, step, call);
        break;
      case 'k-frame':
        this.#channel?.sendRaw(step.bytes);
        break;
      case 'close-channel':
        if (this.#channel !== null) this.#channels?.abandon(this.#channel);
        break;
      case 'advertise':
        await this.#advertise(step, call);
        break;
      case 'settle':
        await link.clock.sleep(SETTLE_MS, call.signal);
        break;
      case 'wait':
        await link.clock.sleep(step.ms, call.signal);
        break;
      case 'disconnect':
        await link.disconnect(call);
        break;
      case 'vanish':
        await adapter.vanish(call);
        break;
      default:
        step satisfies never;
    }
  }

  async #open(link: BleLink, { spsm, enhanced }: StepOf<'open-channel'>, call: CallOptions): Promise<void> {
    if (this.#channels?.link !== link) this.#channels = new BleChannels(link);
    const options = enhanced === undefined ? call : { ...call, count: enhanced };
    const opened = await refusedAsNull(this.#channels.connect(spsm, options), call);
    this.#channel = opened?.channels.at(-1) ?? null;
  }

  #keep(key: LinkKey | null): void {
    if (key !== null) this.#keys.push(key);
  }

  async #pair(link: BleLink, { features, identity }: StepOf<'pair'>, call: CallOptions): Promise<void> {
    const wanted = { ...plainFeatures(true), ...features };
    const { random } = this.#stage;
    const options = { ...call, deadlineMs: PAIR_MS, features: wanted, random };
    const outcome = pair(link, identity === undefined ? options : { ...options, identity });
    const key = await refusedAsNull(outcome, call);
    this.#paired = key !== null;
    this.#keep(key);
  }

  async #encrypt(link: BleLink, { key, diversifier = 0 }: StepOf<'encrypt'>, call: CallOptions) {
    const kept = key === 'first' ? this.#keys[0] : this.#keys.at(-1);
    const zeros = { random: new Uint8Array(8), diversifier };
    if (key === 'zero') await refusedAsNull(link.encrypt({ ...zeros, key: ZEROS }, call), call);
    else if (key === 'wrong') await refusedAsNull(link.encrypt({ ...zeros, key: WRONG }, call), call);
    else if (kept !== undefined) await refusedAsNull(link.encrypt(kept, call), call);
  }

  #reflect(link: BleLink, { cid, code }: StepOf<'reflect'>): void {
    const last = this.#stage.answers().findLast((one) => one.cid === cid && one.payload[0] === code);
    if (last !== undefined) link.send(last);
  }

  async #advertise({ data, ms }: StepOf<'advertise'>, call: CallOptions): Promise<void> {
    const { adapter } = this.#stage;
    const stop = await adapter.advertise({ data, isConnectable: false }, () => undefined, call);
    await adapter.host.clock.sleep(ms, call.signal);
    await stop();
  }
}

function sendPieces(link: BleLink, { pieces }: StepOf<'pieces'>): void {
  const starts = { start: ACL_START.fromHost, more: ACL_START.continuation };
  link.sendPieces(pieces.map(({ isStart, data }) => ({ start: isStart ? starts.start : starts.more, data })));
}

/** That the device refuses is what a sound one does; null then. */
async function refusedAsNull<T>(outcome: Promise<T>, { signal }: CallOptions): Promise<T | null> {
  try {
    return await outcome;
  } catch (error) {
    if (signal.aborted || !isAssayError(error) || error.fault !== 'peer') throw error;
    return null;
  }
}
