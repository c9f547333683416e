import type { Tear } from '#core/tear.ts';
import { Storage, type StorageOperation } from '#virtual/storage.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** Flash operations of a machine; a machine burns no fuses here. */
type FlashOperation = Exclude<StorageOperation, { kind: 'fuse' }>;

/**
 * The flash of a machine that runs elsewhere, as simulated silicon: carries out what the machine is known to have done,
 * tears what a power cut interrupted, and keeps cells weak that a cut left weak.
 */
export class MachineFlash {
  readonly storage: Storage;

  constructor(shape: Omit<StorageShape, 'fuses'>) {
    this.storage = new Storage({ ...shape, fuses: 0 });
  }

  get bytes(): Uint8Array {
    return this.storage.bytes;
  }

  powerUp(): void {
    this.storage.powerUp();
  }

  apply(operation: FlashOperation): void {
    this.storage.apply(operation);
  }

  tear(operation: FlashOperation, tear: Tear, seed: number): void {
    this.storage.tear(operation, tear, seed);
  }

  /** Takes over what a machine left; cells stay weak where they read as before. */
  replace(content: Uint8Array): void {
    const { bytes } = this.storage;
    const { weak = new Map(), ...rest } = this.storage.save();
    const kept = new Map([...weak].filter(([at]) => content[at] === bytes[at]));
    this.storage.load({ ...rest, flash: content, weak: kept });
  }
}
