import type { Oracle } from '#core/alarm.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError, isAssayError } from '#core/errors.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import { forbiddenSeen } from '#codecs/ble/attack-oracle.ts';
import { otherAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import { HCI_STATUS, statusName } from '#codecs/ble/hci-status.ts';
import type { L2capFrame } from '#codecs/ble/l2cap.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';
import { CaseSteps } from '#drivers/radio/ble/case-steps.ts';
import { NumberedQuestion } from '#drivers/radio/ble/numbered-question.ts';

/** What a device did with a case, worst first. */
export type BleReaction = 'crash' | 'hang' | 'bypass' | 'alive';

export interface BleResult {
  readonly reaction: BleReaction;
  /** One sentence: what was seen. */
  readonly what: string;
  /** The rung of the ladder up to which it was looked. */
  readonly rung: 'L1' | 'L2' | 'L4';
  /** Which rung failed; left out where none did. */
  readonly oracle?: Extract<Oracle, 'link-lost' | 'att-silent' | 'not-advertising'>;
  /** Frames that came back. */
  readonly answers: readonly L2capFrame[];
  /** HCI reason of the end of the link that the case ran on; null: it lived on. */
  readonly ended: number | null;
}

export interface CaseRunnerOptions {
  readonly adapter: BleAdapter;
  readonly target: DeviceAddress;
  /** Handle that can be read by anybody: what a new link has to serve. */
  readonly readable: number;
  readonly random: (length: number) => Uint8Array;
  /** Longest that the answer to a sound request may take; default 2 s. */
  readonly aliveMs?: number;
  /** Boots that the console has told of; left out: there is no console. */
  readonly boots?: () => number;
  /** Restarts the device after an alarm; left out: whoever calls `attempt` sees to it. */
  readonly reset?: () => Promise<void>;
}

/** What the host may take for the question of whether it lives, and a device to advertise again. */
const ALIVE_MS = 2000;
const RETURN_MS = 5000;
/** A crash is noticed this fast. */
/** What is said of a device that is not found any more. */
const GONE = 'it advertises no more';
const SUPERVISION = 10;

/** A link, and whom to ask over it. */
interface Contact {
  readonly link: BleLink;
  readonly client: AttClient;
  readonly question: NumberedQuestion;
}

/** Runs cases against one allowed device, and asks after each whether it lives. */
export class CaseRunner {
  readonly #options: CaseRunnerOptions;
  #contact: Contact | null = null;
  #answers: L2capFrame[] = [];
  /** Addresses that we have come from besides our own. */
  #strangers = 0;

  constructor(options: CaseRunnerOptions) {
    this.#options = options;
  }

  /** Runs one case. BenchError when our own controller is at fault; after an alarm the device is restarted. */
  async run(given: BleCase, call: CallOptions): Promise<BleResult> {
    const result = await this.attempt(given, call);
    if (isAlarm(result)) await this.#options.reset?.();
    return result;
  }

  /** Runs one case and looks at the device; what an alarm left is left as it is, but for our link. */
  async attempt(given: BleCase, call: CallOptions): Promise<BleResult> {
    const own = this.#address(given.isStranger === true);
    let contact = await this.#connected(given.ownLink, call, own);
    const booted = this.#boots();
    this.#answers = [];
    const { adapter, random } = this.#options;
    const steps = new CaseSteps({
      adapter,
      random,
      link: () => contact.link,
      answers: () => this.#answers,
      reconnect: async (as, options) => {
        const from = { same: contact.link.own, first: own, other: null }[as] ?? this.#address(true);
        contact = (await this.#reconnected(from, options)) ?? contact;
      },
    });
    await steps.run(given.steps, call);
    const judged = await this.#judge(given, contact, steps, call);
    const result = this.#boots() > booted ? restarted(judged) : judged;
    if (this.#options.adapter.hardwareErrors > 0) throw ownFault();
    if (isAlarm(result)) await this.#abandon(call);
    else if (given.ownLink) await this.#leave(call);
    return result;
  }

  /** Asks whether the device lives, over the link there is or else a new one; null when it does, else what was missing. */
  async ask(call: CallOptions): Promise<string | null> {
    const contact = this.#contact;
    if (contact !== null && contact.link.reason === null && (await this.#alive(contact, call))) return null;
    await this.#abandon(call);
    const missing = await this.#returns(call);
    if (missing !== null) await this.#abandon(call);
    return missing;
  }

  #boots(): number {
    return this.#options.boots?.() ?? 0;
  }

  /** Where we come from: our own address, or one that nobody has seen. */
  #address(isStranger: boolean): DeviceAddress {
    if (!isStranger) return this.#options.adapter.home;
    this.#strangers += 1;
    return otherAddress(this.#options.adapter.home, this.#strangers);
  }

  /** A new link; null where the device does not advertise any more. */
  async #reconnected(from: DeviceAddress, call: CallOptions): Promise<Contact | null> {
    try {
      return await this.#connected(true, call, from);
    } catch (error) {
      if (call.signal.aborted || !isAssayError(error) || error.code !== 'ble-not-found') throw error;
      return null;
    }
  }

  async #connected(fresh: boolean, call: CallOptions, from = this.#options.adapter.home): Promise<Contact> {
    if (fresh) await this.#leave(call);
    if (this.#contact !== null && this.#contact.link.reason === null) return this.#contact;
    const { adapter, target } = this.#options;
    await adapter.become(from, call);
    const link = await adapter.connect(target, { ...call, timeout: SUPERVISION, deadlineMs: RETURN_MS });
    const question = new NumberedQuestion(link);
    link.listen({ frame: (frame) => void (question.take(frame) || this.#answers.push(frame)) });
    this.#contact = { link, question, client: new AttClient(link) };
    return this.#contact;
  }

  async #leave(call: CallOptions): Promise<void> {
    const link = this.#contact?.link;
    this.#contact = null;
    if (link !== undefined && link.reason === null) await link.disconnect(call);
  }

  async #abandon(call: CallOptions): Promise<void> {
    await this.#leave(call).catch((error: unknown) => {
      if (call.signal.aborted || !isAssayError(error)) throw error;
    });
  }

  async #judge(given: BleCase, contact: Contact, steps: CaseSteps, call: CallOptions): Promise<BleResult> {
    const { link } = contact;
    const answers = this.#answers;
    const said = (reaction: BleReaction, what: string, rung: BleResult['rung']) => ({
      reaction,
      what,
      rung,
      answers,
      ended: link.reason,
    });
    const alive = link.reason === null ? await this.#alive(contact, call) : false;
    const bypass = this.#bypass(given, link, steps);
    if (alive)
      return bypass === null ? said('alive', 'a request is answered', 'L1') : said('bypass', bypass, 'L1');
    if (link.reason === HCI_STATUS.supervisionTimeout)
      return { ...said('crash', 'the link was lost without a word', 'L1'), oracle: 'link-lost' };
    const isSilent = link.reason === null;
    const ended = isSilent ? 'ATT is silent' : `the link ended: ${statusName(link.reason ?? 0)}`;
    const back = await this.#returns(call);
    if (back !== null) {
      const oracle = back === GONE ? 'not-advertising' : 'att-silent';
      return { ...said('hang', `${ended}; ${back}`, 'L2'), oracle };
    }
    if (isSilent) return { ...said('hang', `${ended}; a new link answers`, 'L2'), oracle: 'att-silent' };
    return bypass === null ? said('alive', ended, 'L2') : said('bypass', bypass, 'L2');
  }

  #alive({ question }: Contact, call: CallOptions): Promise<boolean> {
    return question.ask(this.#options.aliveMs ?? ALIVE_MS, call);
  }

  /** Whether the value that anybody may read is served. */
  async #serves({ client }: Contact, call: CallOptions): Promise<boolean> {
    const { readable, aliveMs = ALIVE_MS } = this.#options;
    try {
      const answer = await client.request(
        { type: 'readReq', handle: readable },
        { ...call, deadlineMs: aliveMs },
      );
      return answer.type === 'readRsp';
    } catch (error) {
      if (call.signal.aborted || !isAssayError(error) || error.fault !== 'peer') throw error;
      return false;
    }
  }

  /** Null when a new link answers; else what was missing. */
  async #returns(call: CallOptions): Promise<string | null> {
    const contact = await this.#reconnected(this.#options.adapter.home, call);
    if (contact === null) return GONE;
    return (await this.#serves(contact, call)) ? null : 'a new link is silent, too';
  }

  #bypass({ forbids }: BleCase, link: BleLink, { paired, hadBond }: CaseSteps): string | null {
    const { encrypted } = link;
    return forbiddenSeen(forbids, { answers: this.#answers, encrypted, paired, hadBond });
  }
}

function isAlarm({ reaction }: BleResult): boolean {
  return reaction === 'crash' || reaction === 'hang';
}

/** A restart that a new link hides is still a crash. */
function restarted(judged: BleResult): BleResult {
  return isAlarm(judged)
    ? judged
    : { ...judged, reaction: 'crash', what: 'it restarted by itself', rung: 'L4' };
}

function ownFault(): BenchError {
  return new BenchError({
    code: 'hci-hardware-error',
    message: 'our own controller reported a hardware error',
    remedy: 'reset the controller and run again: nothing of this campaign can be blamed on the device',
  });
}
