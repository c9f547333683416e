import type { CallOptions } from '#core/capabilities.ts';
import type { AirCapture, RawAbility, RawLink, RawLinkEnd, RawRadio } from '#core/raw-radio.ts';
import { waitFor } from '#core/wait.ts';
import { decodeConnectInd } from '#codecs/ble/link-layer.ts';
import { sameBytes } from '#codecs/ble/gatt-database.ts';
import type { Air } from '#virtual/ble/air.ts';
import type { AirEnd } from '#virtual/ble/air-link.ts';
import { connectOutcome, PeerLinkLayer } from '#virtual/ble/link-layer.ts';
import type { BlePeripheral } from '#virtual/ble/peripheral.ts';

export interface VirtualRawOptions {
  readonly air: Air;
  /** The device whose link layer is played; the only one that can be connected to. */
  readonly peer: BlePeripheral;
  readonly flaws: ReadonlySet<string>;
}

const ANSWER_MS = 1000;
const TIMEOUT_UNIT_MS = 10;
/** RF indices of the first advertising and the first data channel. */
const CHANNEL = { advertising: 0, data: 1 } as const;
const ADVERTISING_ADDRESS = 0x8e89bed6;
const CONNECT_IND = 0x05;
const US = 1000;

/**
 * A raw radio without a radio: PDUs go to a model of the virtual peripheral's link layer. Lengths, kinds and procedures are
 * what it judges; there is no hopping, no anchor and no encryption, so it does not claim to have them.
 */
export class VirtualRawRadio implements RawRadio {
  readonly name = 'virtual raw radio';
  readonly can: ReadonlySet<RawAbility> = new Set<RawAbility>(['connect-as-told', 'header-as-told']);
  readonly #options: VirtualRawOptions;
  readonly #listeners = new Set<(packet: AirCapture) => void>();
  #link: VirtualRawLink | null = null;

  constructor(options: VirtualRawOptions) {
    this.#options = options;
  }

  onPacket(listener: (packet: AirCapture) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  hears(address: Uint8Array, call: CallOptions): Promise<boolean> {
    const { air } = this.#options;
    return waitFor<boolean>(this.#wait(call, false), (resolve) =>
      air.scan((heard) => {
        if (sameBytes(heard.address.bytes, address)) resolve(true);
      }),
    );
  }

  async connect(request: Uint8Array, call: CallOptions): Promise<RawLink | null> {
    const { air, peer, flaws } = this.#options;
    const values = decodeConnectInd(request);
    const target = request.slice(6, 12);
    if (!sameBytes(target, peer.address.bytes) || !(await this.hears(target, call))) return null;
    const header = [CONNECT_IND, request.length];
    this.#capture(Uint8Array.from([...header, ...request]), true, CHANNEL.advertising, ADVERTISING_ADDRESS);
    const { takes, fault } = connectOutcome(flaws, request);
    if (fault !== null) peer.fail(fault);
    if (!takes || values instanceof Error) return null;
    const end = await waitFor<AirEnd | null>(this.#wait<AirEnd | null>(call, null), (resolve) =>
      air.connect({
        from: { type: 1, bytes: values.initiator },
        to: peer.address,
        supervisionMs: values.timeout * TIMEOUT_UNIT_MS,
        connected: resolve,
      }),
    );
    if (end === null) return null;
    const { accessAddress } = values;
    this.#link = new VirtualRawLink({
      end,
      flaws,
      fail: (kind) => peer.fail(kind),
      later: (step) => air.later(step),
      capture: (pdu, isOurs) => this.#capture(pdu, isOurs, CHANNEL.data, accessAddress),
    });
    return this.#link;
  }

  close(): Promise<void> {
    this.#link?.drop();
    this.#listeners.clear();
    return Promise.resolve();
  }

  #wait<T>({ signal, deadlineMs = ANSWER_MS }: CallOptions, none: T) {
    return { clock: this.#options.air.clock, signals: [signal], deadlineMs, onDeadline: () => none };
  }

  #capture(pdu: Uint8Array, isOurs: boolean, channel: number, accessAddress: number): void {
    const atUs = this.#options.air.clock.now() * US;
    for (const listener of this.#listeners) listener({ atUs, channel, accessAddress, pdu, isOurs });
  }
}

interface RawLinkParts {
  readonly end: AirEnd;
  readonly flaws: ReadonlySet<string>;
  readonly fail: ConstructorParameters<typeof PeerLinkLayer>[0]['fail'];
  readonly later: (step: () => void) => void;
  readonly capture: (pdu: Uint8Array, isOurs: boolean) => void;
}

/** One connection of the virtual raw radio. */
class VirtualRawLink implements RawLink {
  readonly #parts: RawLinkParts;
  readonly #peer: PeerLinkLayer;
  readonly #listeners = new Set<(pdu: Uint8Array) => void>();
  #end: RawLinkEnd | null = null;

  constructor(parts: RawLinkParts) {
    this.#parts = parts;
    this.#peer = new PeerLinkLayer({
      ...parts,
      say: (pdu) => this.#hear(pdu),
      ended: () => {
        this.#end ??= 'by-peer';
      },
    });
  }

  get end(): RawLinkEnd | null {
    return this.#end;
  }

  listen(listener: (pdu: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  send(pdu: Uint8Array): void {
    if (this.#end !== null) return;
    this.#parts.capture(pdu, true);
    this.#parts.later(() => {
      if (this.#end === null) this.#peer.take(pdu);
    });
  }

  drop(): void {
    if (this.#end !== null) return;
    this.#end = 'by-us';
    this.#parts.end.vanish();
  }

  #hear(pdu: Uint8Array): void {
    if (this.#end !== null) return;
    this.#parts.capture(pdu, false);
    for (const listener of this.#listeners) listener(pdu);
  }
}
