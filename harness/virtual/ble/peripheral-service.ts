import type { ServiceSpec } from '#codecs/ble/gatt-database.ts';
import type { BleFault } from '#virtual/ble/peripheral-faults.ts';

/** What a service of the virtual peripheral finds around it. */
export interface ServiceHost {
  readonly flaws: ReadonlySet<string>;
  /** The service takes the device down. */
  fail(fault: BleFault): void;
  /** Notifies whoever has asked for it. */
  notify(uuid: string, value: Uint8Array): void;
  /** What is read from now on. */
  show(uuid: string, value: Uint8Array): void;
}

/** A GATT service with behaviour of its own. */
export interface PeripheralService {
  readonly spec: ServiceSpec;
  /** A new link: what the last one began is forgotten. */
  begin(): void;
}

export type ServiceMaker = (host: ServiceHost) => PeripheralService;
