import type { Clock } from '#core/clock.ts';
import { sameAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import { AirLink, type AirEnd } from '#virtual/ble/air-link.ts';

/** A device that can be seen, and connected to if it takes links. */
export interface Advertiser {
  readonly address: DeviceAddress;
  readonly data: Uint8Array;
  readonly scanResponse: Uint8Array;
  readonly intervalMs: number;
  /** Takes the link that a central made; null: not connectable. Advertising ends with it. */
  readonly accept: ((end: AirEnd) => void) | null;
}

/** Something advertised, as a scanner hears it; scan responses are for those who ask, and may be empty. */
export interface Heard {
  readonly address: DeviceAddress;
  readonly data: Uint8Array;
  readonly isScanResponse: boolean;
  readonly connectable: boolean;
}

/** A central that waits for a device to advertise. */
export interface Wanted {
  readonly from: DeviceAddress;
  readonly to: DeviceAddress;
  readonly supervisionMs: number;
  connected(end: AirEnd): void;
}

/**
 * The medium between virtual devices: no radio, no loss, one thing after another. What is sent is delivered in a later
 * turn, so that no two devices run inside each other.
 */
export class Air {
  readonly clock: Clock;
  readonly #advertisers = new Set<Advertiser>();
  readonly #scanners = new Set<(heard: Heard) => void>();
  readonly #bystanders = new Set<(heard: Heard) => void>();
  readonly #wanted = new Set<Wanted>();
  readonly #queue: (() => void)[] = [];
  #isDelivering = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Delivers something after what is already under way. */
  later(step: () => void): void {
    this.#queue.push(step);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    queueMicrotask(() => this.#deliver());
  }

  /** Advertises until it is stopped or connected to; gives how to stop. */
  advertise(advertiser: Advertiser): () => void {
    this.#advertisers.add(advertiser);
    this.later(() => this.#meet());
    this.#announce(advertiser);
    for (const tell of this.#bystanders) this.later(() => tell(heardFrom(advertiser)));
    return () => void this.#advertisers.delete(advertiser);
  }

  /** Hears everybody once, when they begin to advertise: a scanner that leaves out what it knows. */
  overhear(listener: (heard: Heard) => void): () => void {
    this.#bystanders.add(listener);
    return () => void this.#bystanders.delete(listener);
  }

  /** Hears advertisers, each once at first and then at its interval. */
  scan(listener: (heard: Heard) => void): () => void {
    this.#scanners.add(listener);
    for (const advertiser of this.#advertisers) this.#announce(advertiser);
    return () => void this.#scanners.delete(listener);
  }

  /** Connects as soon as the wanted device advertises; gives how to give up. */
  connect(wanted: Wanted): () => void {
    this.#wanted.add(wanted);
    this.later(() => this.#meet());
    return () => void this.#wanted.delete(wanted);
  }

  #deliver(): void {
    try {
      for (let step = this.#queue.shift(); step !== undefined; step = this.#queue.shift()) step();
    } finally {
      this.#isDelivering = false;
      if (this.#queue.length > 0) this.later(() => undefined);
    }
  }

  #meet(): void {
    for (const wanted of this.#wanted) {
      const found = [...this.#advertisers].find(
        ({ address, accept }) => accept !== null && sameAddress(address, wanted.to),
      );
      if (found?.accept === undefined || found.accept === null) continue;
      this.#wanted.delete(wanted);
      this.#advertisers.delete(found);
      const link = new AirLink(this, wanted);
      found.accept(link.peripheral);
      wanted.connected(link.central);
    }
  }

  /** Tells scanners, and again after the interval while anybody listens. */
  #announce(advertiser: Advertiser): void {
    if (this.#scanners.size === 0) return;
    const { scanResponse, intervalMs } = advertiser;
    this.clock.setTimeout(() => {
      if (!this.#advertisers.has(advertiser)) return;
      const heard = heardFrom(advertiser);
      for (const tell of this.#scanners) {
        tell(heard);
        if (heard.connectable) tell({ ...heard, data: scanResponse, isScanResponse: true });
      }
      this.#announce(advertiser);
    }, intervalMs);
  }
}

function heardFrom({ address, data, accept }: Advertiser): Heard {
  return { address, data, connectable: accept !== null, isScanResponse: false };
}
