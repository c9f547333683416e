import type { InputProtocol } from '#core/board.ts';
import type { CallOptions, Identity, InjectReply, Liveness, RadioLink, Rung } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { dice, type Dice } from '#core/dice.ts';
import { sha256Hex } from '#core/digest.ts';
import { parseAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import { parseBleCase, type BleCaseContent } from '#codecs/ble/case-text.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { CID, encodeL2cap } from '#codecs/ble/l2cap.ts';
import { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { CaseRunner, type BleResult } from '#drivers/radio/ble/case-runner.ts';
import { HciCapture } from '#drivers/radio/ble/hci-capture.ts';
import { HciHost } from '#drivers/radio/ble/hci-host.ts';
import { RecordedPort } from '#drivers/radio/ble/recorded-port.ts';
import { spokenOf } from '#drivers/radio/spoken.ts';

export interface BleRadioOptions {
  /** The controller; closed with the radio. */
  readonly port: HciPort;
  readonly clock: Clock;
  readonly target: string;
  /** Handle of a value that anybody may read. */
  readonly readable: number;
  /** Addresses that may be connected to; the target must be among them. */
  readonly allow: readonly string[];
  readonly identity: Pick<Identity, 'boots'>;
  /** The last console lines, for a board that does not answer. */
  tail(): string;
}

/** Our own address, static random: development boards have no public one. */
const OWN = parseAddress('C5:A5:5A:00:00:01');
const MOST_BYTES = 65_536;
/** Rungs that a result of the runner stands on. */
const RUNGS: Readonly<Record<BleResult['rung'], readonly Rung[]>> = {
  L1: ['L1'],
  L2: ['L1', 'L2'],
  L4: ['L1', 'L4'],
};

/**
 * Hostile input over Bluetooth LE. What is injected is a case as `encodeBleCase` writes it; other bytes are sent as one
 * ATT PDU. The device is asked in the same breath whether it lives, and `alive` tells what that gave.
 */
export class BleRadio implements RadioLink, AsyncDisposable {
  readonly protocols: readonly InputProtocol[] = ['ble'];
  readonly #options: BleRadioOptions;
  readonly #host: HciHost;
  readonly #capture: HciCapture;
  readonly #runner: CaseRunner;
  #roll: Dice = dice(0);
  #cases = 0;
  /** What the last case led to, until somebody has asked. */
  #found: BleResult | null = null;

  private constructor(
    options: BleRadioOptions,
    { adapter, capture }: { readonly adapter: BleAdapter; readonly capture: HciCapture },
  ) {
    this.#options = options;
    this.#host = adapter.host;
    this.#capture = capture;
    this.#runner = new CaseRunner({
      adapter,
      target: parseAddress(options.target),
      readable: options.readable,
      random: (length) => Uint8Array.from({ length }, () => this.#roll(256)),
    });
  }

  /** Brings the controller up. BenchErrors of HCI; UsageError `ble-address`. */
  static async open(options: BleRadioOptions, call: CallOptions): Promise<BleRadio> {
    const { port, clock } = options;
    const capture = new HciCapture(port.name);
    const recorded = new RecordedPort(
      port,
      () => clock.now() * 1000,
      (record) => capture.keep(record),
    );
    const host = new HciHost(recorded, clock);
    try {
      const allow: readonly DeviceAddress[] = options.allow.map(parseAddress);
      const adapter = await BleAdapter.open({ host, address: OWN, allow }, call);
      return new BleRadio(options, { adapter, capture });
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** Runs a case; `accepted` says whether the device granted what the case forbids. UsageError `ble-target`. */
  async inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    spokenOf(this.protocols, protocol);
    const given = parseBleCase(bytes) ?? onePdu(bytes);
    const digest = sha256Hex(bytes);
    this.#cases += 1;
    this.#capture.mark(`case ${this.#cases}, SHA-256 ${digest.slice(0, 16)}`);
    // What the case leaves to chance (key pairs, nonces) hangs on its own bytes, so that it is the same when it is run alone.
    this.#roll = dice(Number.parseInt(digest.slice(0, 8), 16));
    this.#found = null;
    const result = await this.#runner.attempt({ name: digest, ...given }, options);
    this.#found = result;
    return {
      reaction: result.answers.length > 0 ? 'answered' : result.ended === null ? 'silent' : 'closed',
      bytes: framesOf(result),
      ...(given.forbids !== undefined && { accepted: result.reaction === 'bypass' }),
    };
  }

  /** For the report. */
  get description(): string {
    return `Bluetooth LE controller at ${this.#host.name}, to ${this.#options.target} alone`;
  }

  /** What was seen after the last case; asked again, a value is read over the link there is or a new one. */
  async alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness> {
    spokenOf(this.protocols, protocol);
    options.signal.throwIfAborted();
    const found = this.#found;
    this.#found = null;
    if (found !== null) {
      const alive = found.reaction === 'alive' || found.reaction === 'bypass';
      const seen = this.#liveness(alive, found.what, RUNGS[found.rung]);
      return alive || found.oracle === undefined ? seen : { ...seen, oracle: found.oracle };
    }
    const missing = await this.#runner.ask(options);
    return this.#liveness(missing === null, missing ?? 'a request over LE is answered', ['L1']);
  }

  capture(): Uint8Array | null {
    return this.#capture.take();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host.close();
  }

  #liveness(alive: boolean, what: string, looked: readonly Rung[]): Liveness {
    const how = alive ? what : `${what}; ${this.#options.tail()}`;
    return { alive, boots: this.#options.identity.boots().length, looked, how };
  }
}

function onePdu(bytes: Uint8Array): BleCaseContent {
  return { ownLink: false, steps: [{ do: 'frame', cid: CID.att, bytes }] };
}

/** Frames that came back, whole, one behind the other. */
function framesOf({ answers }: BleResult): Uint8Array {
  return Uint8Array.from(Buffer.concat(answers.map((frame) => encodeL2cap(frame)))).subarray(0, MOST_BYTES);
}
